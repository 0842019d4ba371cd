"""Lookups that arrange what they are given."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Mapping
from typing import Any

from muster.template.filters.data import dict2items, to_bool
from muster.template.filters.lists import subelements as pairs
from muster.template.lookups.asked import Asked, check_names, options_of
from muster.template.plugins import Plugin, PluginError

SHORT_SEQUENCE = re.compile(r"(?:(\w+)-)?(\w+)(?:/(-?\w+))?(?::(.+))?")


def opened(terms: list[Any]) -> list[Any]:
    """Return the terms with the lists among them opened, one level deep."""
    made: list[Any] = []
    for each in terms:
        made += each if isinstance(each, (list, tuple)) else [each]
    return made


def items(terms: list[Any], asked: Asked) -> list[Any]:
    return opened(terms)


def listed(terms: list[Any], asked: Asked) -> list[Any]:
    return terms


def dictionary(terms: list[Any], asked: Asked) -> list[Any]:
    """Return {key: ..., value: ...} for each pair of each dictionary."""
    return [pair for each in opened(terms) for pair in dict2items(each)]


def flattened(terms: list[Any], asked: Asked) -> list[Any]:
    """Return all in the terms, lists in them opened to any depth; "None" and "null" end the list they are in."""
    made: list[Any] = []
    for each in terms:
        if each in ("None", "null"):
            break
        made += flattened(list(each), asked) if isinstance(each, (list, tuple)) else [each]
    return made


def indexed_items(terms: list[Any], asked: Asked) -> list[Any]:
    return [[position, each] for position, each in enumerate(opened(terms))]


def nested(terms: list[Any], asked: Asked) -> list[Any]:
    """Return every way to take one element of each list."""
    if not terms:
        raise PluginError("it needs one list at least")
    return [flattened_once(each) for each in itertools.product(*map(as_list, terms))]


def together(terms: list[Any], asked: Asked) -> list[Any]:
    """Return the first elements of all lists, then the second ones, ...; None where a list is too short."""
    if not terms:
        raise PluginError("it needs one list at least")
    return [flattened_once(each) for each in itertools.zip_longest(*map(as_list, terms))]


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def flattened_once(values: tuple[Any, ...]) -> list[Any]:
    return opened(list(values))


def random_choice(terms: list[Any], asked: Asked) -> list[Any]:
    return [random.choice(terms)] if terms else []


def subelements(terms: list[Any], asked: Asked) -> list[Any]:
    """Return [element, part] pairs; the terms are a list, a path in its elements, and perhaps {skip_missing: true}.

    The elements come without the list that the parts are from, as Ansible gives them.
    """
    flags = terms[2] if len(terms) == 3 else {}
    if not 2 <= len(terms) <= 3 or not isinstance(terms[1], str) or not isinstance(flags, Mapping):
        raise PluginError("it needs a list, the name of a key, and options if wanted: "
                          "[users, 'keys', {skip_missing: true}]")
    check_names(flags, ("skip_missing",))
    elements = terms[0].values() if isinstance(terms[0], Mapping) else terms[0]
    found = pairs([each for each in elements if not (isinstance(each, Mapping) and each.get("skipped"))], terms[1],
                  skip_missing=to_bool(flags.get("skip_missing", False)))
    return [[without(element, terms[1].split(".")), part] for element, part in found]


def without(element: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
    """Return a copy of a dictionary that lacks what is at a path of keys in it."""
    first, *rest = path
    return {key: without(value, rest) if key == first else value for key, value in element.items()
            if key != first or rest}


def sequence(terms: list[Any], asked: Asked, **options: Any) -> list[Any]:
    """Return numbers as text: `start=1 end=9 stride=2 format=web%02d`, `count=5`, or in short `1-9/2:web%02d`."""
    made: list[Any] = []
    known = ("start", "end", "count", "stride", "format")
    for term in terms or [""]:
        words, found = options_of(term, options, known)
        short = SHORT_SEQUENCE.fullmatch(words)
        if words and not short:
            raise PluginError(f'"{term}" is no sequence: write start=1 end=9 or 1-9/2:web%02d')
        if short:
            given = zip(("start", "end", "stride", "format"), short.groups(), strict=True)
            found.update({key: value for key, value in given if value is not None})
        made += numbers(found)
    return made


def numbers(options: Mapping[str, Any]) -> list[str]:
    form = str(options.get("format", "%d"))
    start, stride = (int(str(options.get(name, 1)), 0) for name in ("start", "stride"))
    if "count" in options and "end" in options:
        raise PluginError("a sequence has end= or count=, not both")
    if "count" in options:
        count = int(str(options["count"]), 0)
        end = start + stride * (count - 1)
        if count == 0:
            return []
    elif "end" in options:
        end = int(str(options["end"]), 0)
    else:
        raise PluginError("a sequence needs end= or count=")
    if form.count("%") - 2 * form.count("%%") != 1:
        raise PluginError("a sequence needs a format with one number, such as %02d")
    if stride == 0:
        return []
    if stride > 0 and end < start and "count" not in options:
        raise PluginError("to count backwards a sequence needs a negative stride")
    return [form % number for number in range(start, end + (1 if stride > 0 else -1), stride)]


LOOKUPS: dict[str, Plugin] = {
    "items": items, "list": listed, "dict": dictionary, "flattened": flattened, "indexed_items": indexed_items,
    "nested": nested, "cartesian": nested, "together": together, "random_choice": random_choice,
    "subelements": subelements, "sequence": sequence,
}
