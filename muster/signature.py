"""A task type's signature, read off its function: the one place where arguments are declared.

Names are checked at plan time, values when a task is sent, after templating; both here.
"""

from __future__ import annotations

import inspect
import json
import math
import shlex
import types
import typing
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple

from muster.errors import Origin, PlanError, nearest
from muster.model import NOTHING, Vaulted
from muster.target.task import Choice, Content, Mode, Path, Secret

TRUE = {"yes", "on", "1", "true", "y", "t", "1.0"}
FALSE = {"no", "off", "0", "false", "n", "f", "0.0"}
MISSING = inspect.Parameter.empty


class Argument(NamedTuple):
    """One argument: its name, kind (a class, a `Choice`, or a list of one kind) and default."""

    name: str
    kind: Any
    default: Any


class Signature:
    """What a task type accepts.

    name: of the task type
    arguments: by name
    aliases: other name -> name
    free_form: the argument that takes the free text, or None
    obsolete: names accepted without effect
    here: whether it has a half on the controller
    required, secrets: names of the arguments that must be given, and of those whose values must not show
    """

    def __init__(
        self, name: str, arguments: Mapping[str, Argument], aliases: Mapping[str, str], free_form: str | None = None,
        obsolete: tuple[str, ...] = (), repeats: bool = False, reads: bool = False, facts: bool = False,
        once: bool = False, anything: bool = False, here: bool = False,
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.aliases = aliases
        self.free_form = free_form
        self.obsolete = obsolete
        self.repeats = repeats
        self.reads = reads
        self.facts = facts
        self.once = once
        self.anything = anything
        self.here = here
        self.required = [each.name for each in arguments.values() if each.default is MISSING]
        self.secrets = [each.name for each in arguments.values() if each.kind is Secret]

    @classmethod
    def of(cls, function: Callable[..., Any], name: str, rest: Signature | None = None) -> Signature:
        """Read the signature off a function marked with `@task` or `@action`.

        rest: what `**rest` stands for; without it such a function takes any names (`set_fact`)
        """
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())
        flags = function.task  # type: ignore[attr-defined]
        open_ended = any(each.kind is each.VAR_KEYWORD for each in parameters)
        named = [each for each in parameters if each.kind is not each.VAR_KEYWORD and each.name != "here"]
        own = {each.name: Argument(each.name, kind_of(each.annotation), each.default) for each in named}
        if rest:
            flags = {**flags, "aliases": {**rest.aliases, **flags["aliases"]},
                     "obsolete": (*rest.obsolete, *flags["obsolete"])}
            hidden = flags.get("hides", ())
            own = {**{name: each for name, each in rest.arguments.items() if name not in hidden}, **own}
        return cls(
            name=name,
            arguments=own,
            anything=open_ended and rest is None,
            aliases=flags["aliases"],
            free_form=flags["free_form"],
            obsolete=tuple(flags["obsolete"]),
            repeats=flags["repeats"],
            reads=flags["reads"],
            facts=flags["facts"],
            once=flags.get("once", False),
            here=any(each.name == "here" for each in parameters),
        )

    def known(self) -> list[str]:
        return [*self.arguments, *self.aliases, *self.obsolete]

    def check_names(self, given: Iterable[str], origin: Callable[[str], Origin | None]) -> None:
        """Raise PlanError for a name that is not an argument, and for a required one that is not given.

        origin: function that tells where an argument stands, or where the task does
        """
        for name in given:
            if name not in self.arguments and name not in self.aliases and name not in self.obsolete:
                raise self.unknown(name, origin)
        have = {self.aliases.get(name, name) for name in given}
        self.check_complete(have, origin)

    def unknown(self, name: str, origin: Callable[[str], Origin | None]) -> PlanError:
        return PlanError(f'{self.name} has no argument "{name}"', origin(name),
                         nearest(name, self.known()) or f"its arguments: {', '.join(self.arguments)}")

    def check_complete(self, have: Container[str], origin: Callable[[str], Origin | None]) -> None:
        for name in self.required:
            if name not in have:
                raise PlanError(f'{self.name} needs the argument "{name}"', origin(""))

    def convert(self, given: Mapping[str, Any], origin: Callable[[str], Origin | None],
                before: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """Return the arguments under their own names and with the right types; raise PlanError for what cannot be.

        before: those that have been converted before; they beat the given ones

        None is "not given", as in Ansible, except for names that the task type leaves open (`set_fact: x: null`);
        obsolete arguments are left out.
        """
        values = dict(before)
        for name, value in given.items():
            if self.anything and name not in self.known():
                values[name] = value
                continue
            own = self.aliases.get(name, name)
            if own in before or name in self.obsolete or value is None:
                continue
            if own not in self.arguments:
                raise self.unknown(name, origin)
            values[own] = self.converted(self.arguments[own], name, value, origin)
        self.check_complete(values, origin)
        return values

    def converted(self, argument: Argument, name: str, value: Any, origin: Callable[[str], Origin | None]) -> Any:
        """Return one value with the type of its argument, which was given by this name; raise PlanError."""
        try:
            return convert(argument.kind, value)
        except (TypeError, ValueError) as error:
            hint = getattr(error, "hint", "")
            raise PlanError(f"{self.name}: {name}: {error}", origin(name), hint) from None

    def constants(self, given: Mapping[str, Any], origin: Callable[[str], Origin | None]) -> dict[str, Any]:
        """Return the values that are the same for every host, converted and under their own names.

        Raises PlanError for one of the wrong type, where there is no template in it that could make it right.
        """
        values = {}
        names = [self.aliases.get(name, name) for name in given]
        for own, (name, value) in zip(names, given.items(), strict=True):
            argument = self.arguments.get(own)
            if argument and value is not None and not templated(value):
                made = self.converted(argument, name, value, origin)
                # Of two names of one argument the last counts, and lists and mappings are made anew for each host.
                if names.count(own) == 1 and isinstance(made, (str, bytes, int, float)):
                    values[own] = made
        return values


def templated(value: Any) -> bool:
    """Tell whether there is a template, or what is still encrypted, anywhere in a value."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value or "{#" in value
    if isinstance(value, dict):
        return any(map(templated, value)) or any(map(templated, value.values()))
    if isinstance(value, list):
        return any(map(templated, value))
    return isinstance(value, Vaulted)


class WrongWord(ValueError):
    """A word that is not one of a choice; `hint` is its nearest spelling."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def kind_of(annotation: Any) -> Any:
    """Return the kind that an ordinary annotation stands for: actions, on the controller, are typed as Python is.

    >>> kind_of(list[str]), kind_of(str | None)
    ([<class 'str'>], <class 'str'>)
    """
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return Choice(*inner)
    if origin in (typing.Union, types.UnionType):
        return kind_of(next(each for each in inner if each is not type(None)))
    if origin is list and inner[0] is not Any:
        return [kind_of(inner[0])]
    return origin or annotation


def convert(kind: Any, value: Any) -> Any:
    """Return a value as this kind of argument, by the rules of Ansible's argument types.

    Raises ValueError or TypeError with a sentence that says what was expected.
    >>> convert(bool, "yes"), convert([str], "a, b"), convert(int, "5")
    (True, ['a', 'b'], 5)
    """
    if isinstance(kind, Choice):
        return to_choice(kind, value)
    if isinstance(kind, list):
        return [convert(kind[0], each) for each in to_list(value)]
    converter = CONVERTERS.get(kind)
    return converter(value) if converter else value


def to_choice(kind: Choice, value: Any) -> Any:
    if value in kind.words and not isinstance(value, bool):
        return value
    text = to_text(value) if not isinstance(value, bool) else None
    for word in kind.words:
        # YAML reads yes, no, on and off as booleans where a word of that name was meant.
        if word == text or (isinstance(value, bool) and str(word).lower() in (TRUE if value else FALSE)):
            return word
    words = [str(word) for word in kind.words]
    raise WrongWord(f"{value!r} is not one of {', '.join(words)}", nearest(str(value), words))


def to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    raise ValueError(f"{value!r} is neither yes nor no")


def to_int(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number")
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{value!r} is not a whole number")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a whole number") from None


def to_float(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{value!r} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a number that can be counted to")
    return number


def to_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        raise TypeError(f"text was expected, not a {'mapping' if isinstance(value, dict) else 'list'}")
    return str(value)


def to_list(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")] if value else []
    if isinstance(value, dict):
        raise TypeError("a list was expected, not a mapping")
    return [value]


def to_dict(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("{"):
            try:
                return dict(json.loads(text))
            except ValueError as error:
                raise ValueError(f"a mapping was expected, and this is not the JSON of one: {error}") from None
        elif "=" in text:
            pairs = [part.rstrip(",") for part in shlex.split(text.replace(",", " "))]
            return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    raise TypeError("a mapping was expected")


def to_mode(value: Any) -> Any:
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is no mode: give it in octal ('0644') or as u=rw,g=r,o=")


def to_content(value: Any) -> bytes:
    """Return data for a file: text as it is, anything else as JSON (so has `copy: content:` always been)."""
    if isinstance(value, bytes):
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogateescape")


CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    str: to_text,
    Path: to_text,
    Secret: to_text,
    bool: to_bool,
    int: to_int,
    float: to_float,
    list: to_list,
    dict: to_dict,
    Mode: to_mode,
    Content: to_content,
}
