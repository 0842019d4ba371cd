"""Filters for the keys of dictionaries, alone or in a list: those of the collection community.general."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from muster.template.plugins import Plugin, PluginError

MATCHES: dict[str, Callable[[str, str], bool]] = {
    "equal": lambda key, target: key == target,
    "starts_with": lambda key, target: key.startswith(target),
    "ends_with": lambda key, target: key.endswith(target),
    "regex": lambda key, target: bool(re.match(target, key)),
}


def matcher(targets: Any, matching_parameter: str) -> Callable[[Any], bool]:
    """Return what tells whether a key is meant by the targets: a text, or a list of them."""
    if matching_parameter not in MATCHES:
        raise PluginError(f'matching_parameter is one of {", ".join(MATCHES)}, not "{matching_parameter}"')
    wanted = targets if isinstance(targets, (list, tuple)) else [targets]
    return lambda key: any(MATCHES[matching_parameter](str(key), str(target)) for target in wanted)


def each_of(value: Any, change: Callable[[Mapping[Any, Any]], dict[Any, Any]]) -> Any:
    """Return a dictionary, or a list of them, changed."""
    if isinstance(value, Mapping):
        return change(value)
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, Mapping) for each in value):
        raise PluginError(f"a list of dictionaries is wanted, not {value!r}")
    return [change(each) for each in value]


def keep_keys(value: Any, target: Any, matching_parameter: str = "equal") -> Any:
    """Return the dictionaries with those keys only; `matching_parameter` is one of MATCHES."""
    meant = matcher(target, matching_parameter)
    return each_of(value, lambda each: {key: inner for key, inner in each.items() if meant(key)})


def remove_keys(value: Any, target: Any, matching_parameter: str = "equal") -> Any:
    """Return the dictionaries without those keys."""
    meant = matcher(target, matching_parameter)
    return each_of(value, lambda each: {key: inner for key, inner in each.items() if not meant(key)})


def replace_keys(value: Any, target: Any, matching_parameter: str = "equal") -> Any:
    """Return the dictionaries with other keys; the target is a list of {before: old, after: new}."""
    for each in target:
        if not isinstance(each, Mapping) or set(each) != {"before", "after"}:
            raise PluginError(f'the target is a list of {{"before": old, "after": new}}, not of {each!r}')
    pairs = [(matcher(each["before"], matching_parameter), each["after"]) for each in target]

    def renamed(key: Any) -> Any:
        return next((after for meant, after in pairs if meant(key)), key)

    return each_of(value, lambda each: {renamed(key): inner for key, inner in each.items()})


FILTERS: dict[str, Plugin] = {"keep_keys": keep_keys, "remove_keys": remove_keys, "replace_keys": replace_keys}
