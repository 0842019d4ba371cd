"""The test `version`: `ansible_facts.distribution_version is version('20.04', '>=')`."""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from muster.template.plugins import PluginError

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("==", "=", "eq"), operators.eq), **dict.fromkeys(("!=", "<>", "ne"), operators.ne),
    **dict.fromkeys(("<", "lt"), operators.lt), **dict.fromkeys(("<=", "le"), operators.le),
    **dict.fromkeys((">", "gt"), operators.gt), **dict.fromkeys((">=", "ge"), operators.ge),
}
STRICT = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


def compare(value: Any, version: Any, operator: str = "eq", strict: bool | None = None,
            version_type: str | None = None) -> bool:
    """Tell how two versions compare.

    operator: ==, !=, <, <=, >, >= or eq, ne, lt, le, gt, ge
    version_type: loose (any text, the default), strict (1.2.3, 1.2b1), semver or semantic, or pep440 (Python's)
    """
    if operator not in OPERATORS:
        raise PluginError(f'versions cannot be compared by "{operator}"; use one of {", ".join(OPERATORS)}')
    if strict is not None and version_type:
        raise PluginError("strict and version_type exclude each other")
    kind = version_type or ("strict" if strict else "loose")
    if kind not in KEYS:
        raise PluginError(f'there is no kind "{kind}" of version; there are {", ".join(KEYS)}')
    for each in (value, version):
        if each is None or str(each).strip() == "":
            raise PluginError("an empty version cannot be compared")
    key = KEYS[kind]
    return OPERATORS[operator](key(str(value)), key(str(version)))


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


def pep440(text: str) -> Any:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        raise PluginError(f'"{text}" is no version of a Python package such as 1.2 or 1.2rc1') from None


KEYS: dict[str, Callable[[str], Any]] = {
    "loose": loose, "strict": strict_key, "semver": semantic, "semantic": semantic, "pep440": pep440,
}
