"""Dictionaries with places, made entry by entry."""

from __future__ import annotations

from typing import Any

from muster.errors import Origin
from muster.model import LocatedDict


def located(origin: Origin) -> LocatedDict:
    """Return an empty dictionary that begins at this place."""
    made = LocatedDict()
    made.origin, made.origins, made.keys_at = origin, {}, {}
    return made


def put(values: LocatedDict, key: str, value: Any, key_at: Origin, value_at: Origin) -> None:
    """Set an entry and where its key and its value stand."""
    values[key], values.keys_at[key], values.origins[key] = value, key_at, value_at
