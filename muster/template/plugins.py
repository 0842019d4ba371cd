"""How filters, tests and functions are put into Jinja: undefined arguments and errors are treated alike for all.

A plugin is a plain function. Whatever goes wrong in it is reported with its name; with an undefined argument it is not
called, what it gives is undefined then, so that `| default` behind it helps; one marked `@outside` waits until
everything sent to the host is done, because it looks at files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from types import GeneratorType
from typing import Any, TypeVar

from jinja2 import TemplateRuntimeError, UndefinedError, pass_context

from muster.errors import nearest
from muster.template.explain import CAUSES, reason
from muster.template.undefined import Missing, UndefinedUse

Plugin = Callable[..., Any]
READ_ONCE = frozenset({GeneratorType, type(reversed([]))})
UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")
UNNAMED = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
Function = TypeVar("Function", bound=Plugin)

PREFIXES = ("ansible.builtin.", "ansible.legacy.", "community.general.", "ansible.posix.", "ansible.utils.",
            "ansible.netcommon.")
# These are asked about what may be undefined, or leave a branch unused; for all others it is an error.
ACCEPTING = frozenset({"default", "d", "mandatory", "defined", "undefined", "ternary"})


class PluginError(TemplateRuntimeError):
    """A filter, test or lookup cannot do what it was asked to do; message and hint are for the reader."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def outside(function: Function) -> Function:
    """Mark a plugin that looks at files, processes or the network of the controller."""
    function.outside = True  # type: ignore[attr-defined]
    return function


def guard(kind: str, name: str, function: Plugin) -> Plugin:
    """Return the plugin as Jinja calls it; `kind` is "filter" or "test", for messages."""
    if name in ACCEPTING:
        return function

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for each in (*args, *kwargs.values()) if kwargs else args:
            if type(each) is Missing:
                return each
        try:
            found = function(*args, **kwargs)
            # `map`, `select` and others of Jinja's give generators, which have no length and can be read once only.
            return list(found) if type(found) in READ_ONCE else found
        except UndefinedUse as error:
            return error.value
        except UndefinedError:
            raise
        except (*CAUSES, OSError) as error:
            raise PluginError(f'the {kind} "{name}" failed: {told(error, function)}', hint_of(error, function)
                              ) from error

    return settling(call, function) if getattr(function, "outside", False) else call


def told(error: BaseException, function: Plugin) -> str:
    """Return the words of an error; of an argument that there is not, by the names that a template knows."""
    found = UNEXPECTED.search(str(error)) if isinstance(error, TypeError) else None
    return f'it has no argument "{found[1]}"' if found and found[1] not in arguments(function) else reason(error)


def hint_of(error: BaseException, function: Plugin) -> str:
    found = UNEXPECTED.search(str(error)) if isinstance(error, TypeError) else None
    if not found or found[1] in arguments(function):
        return getattr(error, "hint", "")
    return nearest(found[1], arguments(function)) or f"there are: {', '.join(arguments(function)) or 'none'}"


def arguments(function: Plugin) -> list[str]:
    """Return the names of the arguments that follow the value."""
    try:
        names = [each.name for each in signature(function).parameters.values() if each.kind not in UNNAMED]
    except ValueError:  # A function of Python's own that is written in C.
        return []
    return names[2 if hasattr(function, "jinja_pass_arg") else 1 :]


def settling(call: Plugin, function: Plugin) -> Plugin:
    """Return the plugin with a wait for all that is under way before each call."""
    wants_context = hasattr(function, "jinja_pass_arg")

    @pass_context
    def settled(context: Any, *args: Any, **kwargs: Any) -> Any:
        if context.variables is not None:
            context.variables.settle()
        return call(context, *args, **kwargs) if wants_context else call(*args, **kwargs)

    return settled


def guarded(kind: str, functions: dict[str, Plugin]) -> dict[str, Plugin]:
    return {name: guard(kind, name, function) for name, function in functions.items()}


class Names(dict[str, Plugin]):
    """Filters, tests or lookups by name, also by their full name in Ansible's collections.

    A name that nobody knows gives a function that says so, because it is an error only where it is used.

    missing: function (kind, name) that returns a hint for such a name, or ""
    """

    def __init__(self, kind: str, *sources: dict[str, Plugin],
                 missing: Callable[[str, str], str] = lambda kind, name: "") -> None:
        super().__init__()
        self.kind = kind
        self.missing = missing
        for source in sources:
            self.update(source)

    def short(self, name: str) -> str:
        for prefix in PREFIXES:
            if name.startswith(prefix):
                return name[len(prefix):]
        return name

    def __contains__(self, name: object) -> bool:
        return super().__contains__(self.short(str(name)))

    def __missing__(self, name: str) -> Plugin:
        short = self.short(name)
        if super().__contains__(short):
            return self[short]

        def unknown(*args: Any, **kwargs: Any) -> Any:
            hints = (nearest(short, self), self.missing(self.kind, name))
            raise PluginError(f'no {self.kind} is called "{name}"', "; ".join(filter(None, hints)))

        return unknown

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]
