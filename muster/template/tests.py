"""Tests (`is ...`) beyond Jinja's own, by the names they have in playbooks."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from muster.template import networks
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
    # What was not started in the background is done: it has neither of the two.
    ("started",): lambda result: bool(result.get("started", True)),
    ("finished",): lambda result: bool(result.get("finished", True)),
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


def contains(seq: Any, value: Any) -> bool:
    return value in seq


def subset(a: Iterable[Any], b: Iterable[Any]) -> bool:
    have = list(b)
    return all(each in have for each in a)


def superset(a: Iterable[Any], b: Iterable[Any]) -> bool:
    return subset(b, a)


def is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def url(value: Any, schemes: Iterable[str] | None = None) -> bool:
    """Tell whether it names a host, or a file; `schemes` are those that are wanted."""
    parts = split_url(value)
    return parts is not None and bool(parts.netloc or parts.scheme == "file") and is_one_of(parts.scheme, schemes)


def uri(value: Any, schemes: Iterable[str] | None = None) -> bool:
    """Tell whether it can be read as a URI, relative ones included, which nearly every text can."""
    parts = split_url(value)
    return parts is not None and is_one_of(parts.scheme, schemes)


def is_one_of(scheme: str, schemes: Iterable[str] | None) -> bool:
    return not schemes or scheme in schemes


def split_url(value: Any) -> SplitResult | None:
    try:
        return urlsplit(value or "") if isinstance(value, str) or value is None else None
    except ValueError:  # A bracket that is never closed, and the like.
        return None


def urn(value: Any) -> bool:
    return uri(value, ["urn"])


def vault_encrypted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("$ANSIBLE_VAULT;")


def vaulted_file(value: str) -> bool:
    """Tell whether the file on the controller begins as what ansible-vault writes."""
    with open(value, "rb") as file:
        return file.read(14) == b"$ANSIBLE_VAULT"


def same_file(f1: str, f2: str) -> bool:
    return os.path.samefile(f1, f2)


def path_test(function: Callable[[str], bool]) -> Plugin:
    """Return a test of a path on the controller."""

    @outside
    def test(value: str) -> bool:
        return function(value)

    return test


PATHS: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(("file", "is_file"), os.path.isfile), **dict.fromkeys(("directory", "is_dir"), os.path.isdir),
    **dict.fromkeys(("link", "is_link"), os.path.islink), **dict.fromkeys(("mount", "is_mount"), os.path.ismount),
    "exists": os.path.exists, "link_exists": os.path.lexists, "vaulted_file": vaulted_file,
}
TESTS: dict[str, Plugin] = {
    **{name: result_test(name, check) for names, check in RESULTS.items() for name in names},
    "version": compare, "version_compare": compare, "regex": regex, "match": match, "search": search,
    "truthy": truthy, "falsy": falsy, "contains": contains, "any": any, "all": all, "subset": subset,
    "issubset": subset, "superset": superset, "issuperset": superset, "nan": is_nan, "isnan": is_nan,
    "url": url, "uri": uri, "urn": urn, "vault_encrypted": vault_encrypted,
    "abs": os.path.isabs, "is_abs": os.path.isabs,
    "same_file": outside(same_file), "is_same_file": outside(same_file),
    **networks.TESTS,
    **{name: path_test(check) for name, check in PATHS.items()},
}
