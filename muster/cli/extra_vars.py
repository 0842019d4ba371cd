"""The values of -e: `k=v` pairs are text, JSON and YAML keep their types, @FILE is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from muster.errors import LoadError, OptionError
from muster.load.free_form import pairs
from muster.load.yaml import read_file, read_text


def parse(texts: Sequence[str]) -> dict[str, Any]:
    """Return all variables; of two with one name the later wins. Raises OptionError or LoadError."""
    found: dict[str, Any] = {}
    for text in texts:
        found.update(parse_one(text))
    return found


def parse_one(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        path = os.path.expanduser(text[1:])
        if not os.path.isfile(path):
            raise OptionError(f"-e {text}: there is no file {path}")
        return mapping(read_file(path), text)
    if text.lstrip().startswith(("{", "[")):
        try:
            return mapping(read_text(text, "-e"), text)
        except LoadError as error:
            raise OptionError(f"-e {text}: {error.message}") from None
    try:
        values, rest = pairs(text)
    except ValueError as error:
        raise OptionError(f"-e {text}: {error}") from None
    if rest:
        raise OptionError(f"-e {text}: {rest!r} is not of the form name=value", hint="JSON and @FILE work too")
    return values


def mapping(value: Any, text: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise OptionError(f"-e {text}: variables are a mapping of names to values")
    return value
