"""Argument specifications as roles write them (`meta/argument_specs.yml`): what is wrong with the values given.

    problems({"port": {"type": "int", "required": True}}, {"port": "http"})
    ["port: 'http' is not a whole number"]

Source: "Specification format" in the chapter on roles of Ansible's documentation, and what ansible-core 2.19 takes and
refuses (measured).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from muster.errors import PlanError, nearest
from muster.signature import to_bool, to_dict, to_float, to_int, to_list

Options = Mapping[str, Any]
SIZE = re.compile(r"\s*[0-9]+(\.[0-9]+)?\s*([KMGTPEZY]?(i?[Bb](it|yte)?s?)?)\s*", re.IGNORECASE)


def to_size(value: Any) -> Any:
    if not SIZE.fullmatch(str(value)):
        raise ValueError(f"{value!r} is no size, such as 10M")
    return value


def to_whole(value: Any) -> int:
    return int(value) if isinstance(value, bool) else to_int(value)


def to_entries(value: Any) -> list[Any]:
    if value is None:
        raise ValueError("a list was expected, not null")
    return to_list(value)


def to_json(value: Any) -> Any:
    if not isinstance(value, (str, Mapping, list)):
        raise ValueError(f"{value!r} is neither JSON nor a mapping or a list")
    if isinstance(value, str):
        try:
            json.loads(value)
        except ValueError:
            raise ValueError(f"{value!r} is not JSON") from None
    return value


KINDS: dict[str, Callable[[Any], Any]] = {
    "bits": to_size, "bool": to_bool, "bytes": to_size, "dict": to_dict, "float": to_float, "int": to_whole,
    "json": to_json, "jsonarg": to_json, "list": to_entries, "path": str, "raw": lambda value: value,
    "sid": str, "str": lambda value: value if isinstance(value, str) else str(value),
}


def problems(options: Options, given: Options, inside: str = "") -> list[str]:
    """Return what is wrong with the given arguments, a sentence each.

    inside: the option whose own options these are: "users.0."
    """
    found = [f"there is no argument {inside}{name}: {hint}" for name, hint in unknown(options, given)]
    for name, option in options.items():
        key = next((each for each in names_of(name, option) if each in given), None)
        option = option or {}
        if key is None:
            if option.get("required") is True:
                found.append(f"{inside}{name} is required")
        else:
            value, place = given[key], f"{inside}{name}"
            found += of_null(option, place) if value is None else of_value(option, value, place)
    return found


def of_null(option: Options, name: str) -> Iterator[str]:
    """Yield what is wrong with null: it is no choice, and most types must have a value where one is due."""
    kind = str(option.get("type") or "str")
    due = option.get("required") is True or option.get("default") is not None
    if listed(option, "choices"):
        yield f"{name}: null is not one of {', '.join(map(str, option['choices']))}"
    elif due and kind not in ("path", "raw", "sid", "str"):
        yield f"{name}: null is no {kind}"


def names_of(name: str, option: Any) -> tuple[str, ...]:
    """Return the names of an option; raises PlanError where nothing is said of it that could be understood."""
    if option is not None and not isinstance(option, Mapping):
        raise PlanError(f"the specification of {name} is no mapping, but {option!r}")
    return (name, *listed(option or {}, "aliases"))


def listed(option: Options, word: str) -> list[Any]:
    """Return what a specification lists under a word; raises PlanError where it is no list."""
    value = option.get(word) or []
    if not isinstance(value, list):
        raise PlanError(f"{word} in a specification is a list, not {value!r}")
    return value


def unknown(options: Options, given: Options) -> Iterator[tuple[str, str]]:
    """Yield the names that are no option's, and what may have been meant."""
    known = {each for name, option in options.items() for each in names_of(name, option)}
    for name in given:
        if name not in known:
            yield name, nearest(name, known) or f"there are {', '.join(sorted(map(str, known))) or 'none'}"


def of_value(option: Options, value: Any, name: str) -> Iterator[str]:
    """Yield what is wrong with the value of one option."""
    kind = str(option.get("type") or "str")
    if kind not in KINDS:
        yield f"{name}: the specification says it is of the type {kind!r}, which nobody knows"
        return
    try:
        value = KINDS[kind](value)
        elements = option.get("elements")
        if kind == "list" and elements in KINDS:
            value = [KINDS[elements](each) for each in value]
    except (TypeError, ValueError) as error:
        yield f"{name}: {'it is no ' + kind if option.get('no_log') else error}"
        return
    yield from of_choices(option, value, name)
    if isinstance(option.get("options"), Mapping):
        entries = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for number, entry in entries:
            place = name if number is None else f"{name}.{number}"
            if isinstance(entry, Mapping):
                yield from problems(option["options"], entry, f"{place}.")
                yield from of_company(option, entry, place)
            else:
                yield f"{place}: a mapping was expected"


def of_choices(option: Options, value: Any, name: str) -> Iterator[str]:
    choices = listed(option, "choices")
    if not choices:
        return
    for each in value if isinstance(value, list) else [value]:
        if each not in choices:
            what = "it" if option.get("no_log") else repr(each)
            yield f"{name}: {what} is not one of {', '.join(map(str, choices))}"


def of_company(option: Options, given: Options, name: str) -> Iterator[str]:
    """Yield what is wrong with options of which some go together, or exclude each other."""
    def have(names: Sequence[str]) -> list[str]:
        return [each for each in names if given.get(each) is not None]

    for names in groups(option, "mutually_exclusive"):
        if len(have(names)) > 1:
            yield f"{name}: {' and '.join(have(names))} exclude each other"
    for names in groups(option, "required_one_of"):
        if not have(names):
            yield f"{name}: one of {', '.join(names)} is required"
    for names in groups(option, "required_together"):
        if 0 < len(have(names)) < len(names):
            yield f"{name}: {' and '.join(names)} go together"
    for key, value, names, *some in requirements(option):
        lacking = [each for each in names if each not in have(names)]
        if given.get(key) == value and lacking and not (some and some[0] and len(lacking) < len(names)):
            yield f"{name}: with {key} {value}, {' and '.join(lacking)} is required"
    by = option.get("required_by") or {}
    if not isinstance(by, Mapping):
        raise PlanError(f"required_by in a specification is a mapping, not {by!r}")
    for key, names in by.items():
        lacking = [each for each in to_list(names) if each not in have(to_list(names))]
        if have([key]) and lacking:
            yield f"{name}: with {key}, {' and '.join(lacking)} is required"


def requirements(option: Options) -> list[Any]:
    """Return the entries of `required_if`; raises PlanError for one that is not of a name, a value and names."""
    found = listed(option, "required_if")
    for each in found:
        if not (isinstance(each, list) and len(each) > 2 and isinstance(each[0], str) and is_names(each[2])):
            raise PlanError(f"an entry of required_if is [name, value, [names]], not {each!r}")
    return found


def groups(option: Options, word: str) -> list[Sequence[str]]:
    """Return lists of names; one alone may be written without a list around it. Raises PlanError for anything else."""
    value = listed(option, word)
    found = [value] if value and is_names(value) else value
    if not all(map(is_names, found)):
        raise PlanError(f"{word} in a specification is lists of names, not {value!r}")
    return found


def is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
