"""What reporters are not shown: values of secret arguments, and everything where `no_log` holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from muster.model import Change, Result
from muster.signature import Signature

MASK = "********"
CENSORED = "hidden, because no_log is set for this task"
SHORTEST = 3  # A shorter secret occurs in other words, and masking it would show more than it hides.


def secret_values(signature: Signature, values: Mapping[str, Any]) -> set[str]:
    """Return the texts of a task's arguments that must not show."""
    return {str(values[name]) for name in signature.secrets if len(str(values.get(name) or "")) >= SHORTEST}


def masked(value: Any, secrets: Iterable[str]) -> Any:
    """Return a value with every secret in it masked, however deep."""
    if not secrets:
        return value
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        return {masked(key, secrets): masked(each, secrets) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(each, secrets) for each in value]
    return value


def shown(result: Result, hidden: bool, secrets: Iterable[str], diff: bool = True) -> Result:
    """Return what reporters may see of a result; without `diff`, not what was before and after a change."""
    if not diff and result.changes:
        result = Result(result.values, tuple(Change(each.what) for each in result.changes), b"", result.seconds)
    if hidden:
        words = ("changed", "failed", "skipped", "unreachable")
        kept = {word: result.values[word] for word in words if word in result.values}
        return Result({**kept, "censored": CENSORED}, (), b"", result.seconds)
    if not secrets:
        return result
    changes = tuple(Change(*masked([each.what, each.before, each.after], secrets)) for each in result.changes)
    return Result(masked(dict(result.values), secrets), changes, b"", result.seconds)
