"""In place of `ansible.module_utils.common.text.converters`, and of its older name `ansible.module_utils._text`."""

from __future__ import annotations

import json
from typing import Any

# Names of error handlers that Python does not have.
HANDLERS = {"surrogate_or_strict": "surrogateescape", "surrogate_or_replace": "surrogateescape",
            "surrogate_then_replace": "surrogateescape"}


def to_text(obj: Any, encoding: str = "utf-8", errors: str | None = None, nonstring: str = "simplerepr") -> Any:
    """Return bytes as text; `nonstring` says what becomes of other values.

    nonstring: simplerepr (their text), passthru (themselves), empty, or strict, which raises TypeError
    """
    if isinstance(obj, str):
        return obj
    if isinstance(obj, bytes):
        return obj.decode(encoding, HANDLERS.get(errors or "", errors or "surrogateescape"))
    return other(obj, nonstring, "")


def to_bytes(obj: Any, encoding: str = "utf-8", errors: str | None = None, nonstring: str = "simplerepr") -> Any:
    """Return text as bytes; `nonstring` as for `to_text`."""
    if isinstance(obj, bytes):
        return obj
    if isinstance(obj, str):
        return obj.encode(encoding, HANDLERS.get(errors or "", errors or "surrogateescape"))
    made = other(obj, nonstring, b"")
    return made.encode(encoding) if nonstring == "simplerepr" else made


def other(obj: Any, nonstring: str, empty: Any) -> Any:
    if nonstring == "simplerepr":
        return str(obj)
    if nonstring == "passthru":
        return obj
    if nonstring == "empty":
        return empty
    raise TypeError(f"{obj!r} is no text" if nonstring == "strict" else f"nonstring cannot be {nonstring!r}")


to_native = to_text


def jsonify(data: Any, **options: Any) -> str:
    return json.dumps(data, default=to_text, **options)


def container_to_text(d: Any, encoding: str = "utf-8", errors: str = "surrogate_or_strict") -> Any:
    """Return the value with all bytes in it as text."""
    if isinstance(d, dict):
        return {container_to_text(key, encoding, errors): container_to_text(each, encoding, errors)
                for key, each in d.items()}
    if isinstance(d, (list, tuple)):
        return type(d)(container_to_text(each, encoding, errors) for each in d)
    return to_text(d, encoding, errors) if isinstance(d, bytes) else d
