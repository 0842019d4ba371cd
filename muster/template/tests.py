"""Tests (`is ...`) beyond Jinja's own, by the names they have in playbooks."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from muster.template.filters.text import as_text, flags_of
from muster.template.plugins import Plugin, PluginError, outside
from muster.template.versions import compare


def result_test(name: str, check: Callable[[Mapping[str, Any]], bool]) -> Plugin:
    """Return a test of what a task registered."""

    def test(result: Any) -> bool:
        if not isinstance(result, Mapping):
            raise PluginError(f"it is asked of the result of a task, not of the {type(result).__name__} {result!r}")
        return check(result)

    test.__name__ = name
    return test


def is_failed(result: Mapping[str, Any]) -> bool:
    return bool(result.get("failed"))


def is_changed(result: Mapping[str, Any]) -> bool:
    """Tell whether a task, or any item of its loop, changed something."""
    if "changed" in result or not result.get("results"):
        return bool(result.get("changed"))
    return any(each.get("changed") for each in result["results"] if isinstance(each, Mapping))


RESULTS = {
    ("failed", "failure"): is_failed,
    ("succeeded", "success", "successful"): lambda result: not is_failed(result),
    ("changed", "change"): is_changed,
    ("skipped", "skip"): lambda result: bool(result.get("skipped")),
    ("unreachable",): lambda result: bool(result.get("unreachable")),
    ("reachable",): lambda result: not result.get("unreachable"),
    ("started",): lambda result: bool(result.get("started")),
    ("finished",): lambda result: bool(result.get("finished")),
    ("timedout",): lambda result: bool(result.get("timedout")),
}


def regex(value: Any, pattern: str = "", ignorecase: bool = False, multiline: bool = False,
          match_type: str = "search") -> bool:
    if match_type not in ("search", "match", "fullmatch"):
        raise PluginError(f'match_type is search, match or fullmatch, not "{match_type}"')
    compiled = re.compile(pattern, flags_of(ignorecase, multiline))
    return bool(getattr(compiled, match_type)(as_text(value)))


def match(value: Any, pattern: str = "", ignorecase: bool = False, multiline: bool = False) -> bool:
    return regex(value, pattern, ignorecase, multiline, "match")


def search(value: Any, pattern: str = "", ignorecase: bool = False, multiline: bool = False) -> bool:
    return regex(value, pattern, ignorecase, multiline, "search")


def truthy(value: Any, convert_bool: bool = False) -> bool:
    """Tell Python's truth of a value; `convert_bool` also takes the words yes, no, on, off, ... for booleans."""
    if convert_bool and isinstance(value, str) and value.lower() in WORDS:
        return WORDS[value.lower()]
    return bool(value)


WORDS = {**dict.fromkeys(("yes", "y", "on", "1", "true", "t", "1.0"), True),
         **dict.fromkeys(("no", "n", "off", "0", "false", "f", "0.0"), False)}


def falsy(value: Any, convert_bool: bool = False) -> bool:
    return not truthy(value, convert_bool)


def contains(value: Any, element: Any) -> bool:
    return element in value


def subset(value: Iterable[Any], other: Iterable[Any]) -> bool:
    have = list(other)
    return all(each in have for each in value)


def superset(value: Iterable[Any], other: Iterable[Any]) -> bool:
    return subset(other, value)


def is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def url(value: Any, schemes: Iterable[str] | None = None) -> bool:
    parts = urlsplit(str(value))
    return bool(parts.scheme and parts.netloc) and (schemes is None or parts.scheme in schemes)


def uri(value: Any, schemes: Iterable[str] | None = None) -> bool:
    parts = urlsplit(str(value))
    return bool(parts.scheme and (parts.netloc or parts.path)) and (schemes is None or parts.scheme in schemes)


def urn(value: Any) -> bool:
    return str(value).lower().startswith("urn:") and str(value).count(":") >= 2


def vault_encrypted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("$ANSIBLE_VAULT;")


def same_file(value: str, other: str) -> bool:
    return os.path.samefile(value, other)


def path_test(function: Callable[[str], bool]) -> Plugin:
    """Return a test of a path on the controller."""

    @outside
    def test(value: str) -> bool:
        return function(value)

    return test


PATHS: dict[str, Callable[[str], bool]] = {
    "file": os.path.isfile, "directory": os.path.isdir, "link": os.path.islink, "exists": os.path.exists,
    "link_exists": os.path.lexists, "mount": os.path.ismount,
}
TESTS: dict[str, Plugin] = {
    **{name: result_test(name, check) for names, check in RESULTS.items() for name in names},
    "version": compare, "version_compare": compare, "regex": regex, "match": match, "search": search,
    "truthy": truthy, "falsy": falsy, "contains": contains, "any": any, "all": all, "subset": subset,
    "issubset": subset, "superset": superset, "issuperset": superset, "is_nan": is_nan, "nan": is_nan, "isnan": is_nan,
    "url": url, "uri": uri, "urn": urn, "vault_encrypted": vault_encrypted,
    "abs": os.path.isabs, "is_abs": os.path.isabs,
    "same_file": outside(same_file), "is_same_file": outside(same_file),
    **{prefix + name: path_test(check) for name, check in PATHS.items() for prefix in ("", "is_")},
}
