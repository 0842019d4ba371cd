"""Filters for lists. Sets of things are lists here: in the order of first appearance, each thing once."""

from __future__ import annotations

import functools
import itertools
import random as randomness
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import pass_environment
from jinja2.filters import make_attrgetter

from muster.template.filters.data import combine
from muster.template.plugins import Plugin, PluginError
from muster.template.versions import loose


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


def all_lists(value: Any, lists: tuple[Any, ...], open_them: bool) -> list[list[Any]]:
    """Return the lists that a filter of several is about: the value and the others, or what is in them if so asked."""
    for each in (value, *lists):
        if not isinstance(each, (list, tuple)):
            raise PluginError(f"lists are wanted, not the {type(each).__name__} {each!r}")
    return [list(inner) for each in (value, *lists) for inner in each] if open_them else [value, *lists]


def lists_filter(step: Callable[[Iterable[Any], Iterable[Any]], list[Any]]) -> Plugin:
    """Return the filter that takes one list after the other by a function of two."""

    def over_all(value: Any, *lists: Any, flatten: bool = False) -> list[Any]:
        first, *others = all_lists(value, lists, flatten)
        return functools.reduce(step, others, once(first))

    return over_all


def lists_mergeby(value: Any, *more: Any, recursive: bool = False, list_merge: str = "replace") -> list[Any]:
    """Return the dictionaries of several lists, those with the same at a key (the last argument) combined.

    They are sorted by that key. recursive, list_merge: as for `combine`
    """
    *others, index = more
    lists = all_lists(value, tuple(others), not others)
    made: dict[Any, dict[Any, Any]] = {}
    for each in [each for part in lists for each in part]:
        if not isinstance(each, Mapping):
            raise PluginError(f"lists of dictionaries are wanted, not of {each!r}")
        if index in each:
            made[each[index]] = combine(made.get(each[index], {}), each, recursive=recursive, list_merge=list_merge)
    return [made[key] for key in sorted(made)]


def accumulate(value: Iterable[Any]) -> list[Any]:
    """Return the sums of the first, the first two, ... elements."""
    return list(itertools.accumulate(value))


def version_sort(value: Iterable[Any], reverse: bool = False) -> list[Any]:
    return sorted(value, key=lambda each: loose(str(each)), reverse=reverse)


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
    "shuffle": shuffle, "lists_union": lists_filter(union), "lists_intersect": lists_filter(intersect),
    "lists_difference": lists_filter(difference), "lists_symmetric_difference": lists_filter(symmetric_difference),
    "lists_mergeby": lists_mergeby, "accumulate": accumulate, "version_sort": version_sort,
}
