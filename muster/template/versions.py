"""The test `version`: `ansible_facts.distribution_version is version('20.04', '>=')`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from muster.template.plugins import PluginError

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("==", "=", "eq"), operator.eq), **dict.fromkeys(("!=", "<>", "ne"), operator.ne),
    **dict.fromkeys(("<", "lt"), operator.lt), **dict.fromkeys(("<=", "le"), operator.le),
    **dict.fromkeys((">", "gt"), operator.gt), **dict.fromkeys((">=", "ge"), operator.ge),
}
STRICT = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?")
SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


def compare(value: Any, version: Any, comparison: str = "eq", strict: bool | None = None,
            version_type: str | None = None) -> bool:
    """Tell how two versions compare.

    comparison: ==, !=, <, <=, >, >= or eq, ne, lt, le, gt, ge
    version_type: loose (any text, the default), strict (1.2.3, 1.2b1), semver or semantic
    """
    if comparison not in OPERATORS:
        raise PluginError(f'versions cannot be compared by "{comparison}"; use one of {", ".join(OPERATORS)}')
    kind = version_type or ("strict" if strict else "loose")
    if kind not in KEYS:
        raise PluginError(f'there is no kind "{kind}" of version; there are {", ".join(KEYS)}')
    for each in (value, version):
        if str(each).strip() == "":
            raise PluginError("an empty version cannot be compared")
    key = KEYS[kind]
    return OPERATORS[comparison](key(str(value)), key(str(version)))


def loose(text: str) -> Any:
    """Return what any version sorts by: its numbers as numbers and its words as text.

    >>> loose("1.10rc1") > loose("1.9")
    True
    """
    parts = [int(each) if each.isdigit() else each for each in re.findall(r"\d+|[a-z]+|[^\d.a-z]+", text)]
    return cmp_to_key(compare_parts)(parts)


def compare_parts(left: list[Any], right: list[Any]) -> int:
    """Compare part by part; where a number meets a word, as text, since neither order is right for all."""
    for one, other in zip(left, right, strict=False):
        if type(one) is not type(other):
            one, other = str(one), str(other)
        if one != other:
            return -1 if one < other else 1
    return len(left) - len(right)


def strict_key(text: str) -> Any:
    found = STRICT.fullmatch(text)
    if not found:
        raise PluginError(f'"{text}" is no strict version such as 1.2 or 1.2.3b1')
    release = tuple(int(each or 0) for each in found.groups()[:3])
    return release, (found[4] or "z", int(found[5] or 0))


def semantic(text: str) -> Any:
    """Return what a semantic version sorts by (semver.org, 11): a pre-release comes before its release."""
    found = SEMVER.fullmatch(text)
    if not found:
        raise PluginError(f'"{text}" is no semantic version such as 1.2.3 or 1.2.3-rc.1')
    labels = [(0, int(each), "") if each.isdigit() else (1, 0, each) for each in (found[4] or "").split(".") if each]
    return tuple(int(each) for each in found.groups()[:3]), not found[4], labels


KEYS: dict[str, Callable[[str], Any]] = {
    "loose": loose, "strict": strict_key, "semver": semantic, "semantic": semantic,
}
