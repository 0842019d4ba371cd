"""Filters for lists. Sets of things are lists here: in the order of first appearance, each thing once."""

from __future__ import annotations

import itertools
import random as randomness
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import pass_environment
from jinja2.filters import make_attrgetter

from muster.template.plugins import Plugin, PluginError


def flatten(value: Iterable[Any], levels: int | None = None, skip_nulls: bool = True) -> list[Any]:
    """Return the list with the lists in it opened, `levels` deep or all; None is dropped."""
    made: list[Any] = []
    for each in value:
        if skip_nulls and each in (None, "None", "null"):
            continue
        if isinstance(each, (list, tuple)) and (levels is None or levels >= 1):
            made += flatten(each, None if levels is None else levels - 1, skip_nulls)
        else:
            made.append(each)
    return made


def once(values: Iterable[Any], key: Any = None) -> list[Any]:
    """Return each value once; `key` gives what is compared."""
    seen: set[Any] = set()
    others: list[Any] = []  # What cannot be hashed: dictionaries and lists.
    made = []
    for each in values:
        mark = key(each) if key else each
        try:
            if mark in seen:
                continue
            seen.add(mark)
        except TypeError:
            if mark in others:
                continue
            others.append(mark)
        made.append(each)
    return made


@pass_environment
def unique(environment: Any, value: Iterable[Any], case_sensitive: bool = False, attribute: Any = None) -> list[Any]:
    """Return each element once; text is compared without regard to case, as in Ansible, unless told otherwise."""
    get = make_attrgetter(environment, attribute) if attribute is not None else lambda each: each

    def mark(each: Any) -> Any:
        found = get(each)
        return found.lower() if isinstance(found, str) and not case_sensitive else found

    return once(value, mark)


def intersect(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    have = list(second)
    return once(each for each in first if each in have)


def difference(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    have = list(second)
    return once(each for each in first if each not in have)


def union(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    return once([*first, *second])


def symmetric_difference(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    left, right = list(first), list(second)
    return difference(left, right) + difference(right, left)


def zipped(*lists: Iterable[Any]) -> list[list[Any]]:
    return [list(each) for each in zip(*lists, strict=False)]


def zip_longest(*lists: Iterable[Any], fillvalue: Any = None) -> list[list[Any]]:
    return [list(each) for each in itertools.zip_longest(*lists, fillvalue=fillvalue)]


def product(*lists: Iterable[Any], repeat: int = 1) -> list[list[Any]]:
    return [list(each) for each in itertools.product(*lists, repeat=repeat)]


def permutations(value: Iterable[Any], length: int | None = None) -> list[list[Any]]:
    return [list(each) for each in itertools.permutations(value, length)]


def combinations(value: Iterable[Any], length: int) -> list[list[Any]]:
    return [list(each) for each in itertools.combinations(value, length)]


def subelements(value: Any, subelements: Any, skip_missing: bool = False) -> list[list[Any]]:
    """Return [element, part] for each part of the list that each element has at a path ("a.b" or ["a", "b"])."""
    keys = subelements.split(".") if isinstance(subelements, str) else list(subelements)
    if not isinstance(value, (Mapping, list, tuple)):
        raise PluginError(f"a list or dictionary of dictionaries is wanted, not the {type(value).__name__} {value!r}")
    made = []
    for element in value.values() if isinstance(value, Mapping) else value:
        parts = element
        for key in keys:
            if not isinstance(parts, Mapping):
                raise PluginError(f'"{key}" is looked for in a dictionary, not in {parts!r}')
            if key not in parts:
                if skip_missing:
                    parts = []
                    break
                raise PluginError(f'an element has no "{".".join(keys)}": {element!r}')
            parts = parts[key]
        if not isinstance(parts, (list, tuple)):
            raise PluginError(f'"{".".join(keys)}" must be a list, not {parts!r}')
        made += [[element, part] for part in parts]
    return made


def random(value: Any, start: int = 0, step: int = 1, seed: Any = None) -> Any:
    """Return a random element of a list, or a number below the one given; equal seeds give equal results."""
    source = randomness.SystemRandom() if seed is None else randomness.Random(seed)
    if isinstance(value, int):
        return source.randrange(start, value, step)
    if start != 0 or step != 1:
        raise PluginError("start and step are for numbers, not for lists")
    return source.choice(list(value))


def shuffle(value: Iterable[Any], seed: Any = None) -> list[Any]:
    made = list(value)
    (randomness.SystemRandom() if seed is None else randomness.Random(seed)).shuffle(made)
    return made


FILTERS: dict[str, Plugin] = {
    "flatten": flatten, "unique": unique, "intersect": intersect, "difference": difference, "union": union,
    "symmetric_difference": symmetric_difference, "zip": zipped, "zip_longest": zip_longest, "product": product,
    "permutations": permutations, "combinations": combinations, "subelements": subelements, "random": random,
    "shuffle": shuffle,
}
