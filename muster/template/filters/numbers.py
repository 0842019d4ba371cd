"""Filters for numbers and sizes."""

from __future__ import annotations

import math
import re
from typing import Any

from muster.template.plugins import Plugin, PluginError

PREFIXES = "BKMGTPEZY"


def log(value: float, base: float = math.e) -> float:
    return math.log10(value) if base == 10 else math.log(value, base)


def power(value: float, exponent: float) -> float:
    return math.pow(value, exponent)


def root(value: float, base: float = 2) -> float:
    return math.sqrt(value) if base == 2 else math.pow(value, 1 / float(base))


def human_readable(size: Any, isbits: bool = False, unit: str | None = None) -> str:
    """Return a size in words, in the largest unit that it fills, or in this one ("K", "M", ...).

    >>> human_readable(10240)
    '10.00 KB'
    """
    number = float(size)
    if unit is not None and unit[:1].upper() not in PREFIXES:
        raise PluginError(f'there is no unit "{unit}"; there are {", ".join(PREFIXES)}')
    if unit is not None:
        step = PREFIXES.index(unit[:1].upper())
    else:
        step = max([each for each in range(len(PREFIXES)) if number >= 1024**each], default=0)
    name = ("bits" if isbits else "Bytes") if step == 0 else PREFIXES[step] + ("b" if isbits else "B")
    return f"{number / 1024**step:.2f} {name}"


def human_to_bytes(size: Any, default_unit: str | None = None, isbits: bool = False) -> int:
    """Return the number of bytes (or bits) that words such as "2K" or "1.5 GB" mean.

    default_unit: the unit of a bare number
    """
    found = re.fullmatch(r"\s*([\d.]+)\s*([A-Za-z]*)\s*", str(size))
    if not found:
        raise PluginError(f"{size!r} is no size such as 10, 2K or 1.5 GB")
    wanted = ("b", "bit", "bits") if isbits else ("B", "byte", "bytes")
    unit = found[2] or default_unit or wanted[0]
    rest = unit[1:] if unit[0].upper() in PREFIXES[1:] else unit
    if unit[0].upper() not in PREFIXES or (rest and rest not in wanted and rest.lower() not in wanted[1:]):
        raise PluginError(f'{size!r} has the unit "{unit}"; there are {", ".join(PREFIXES)} with "{wanted[0]}"')
    return round(float(found[1]) * 1024.0 ** PREFIXES.index(unit[0].upper()))


FILTERS: dict[str, Plugin] = {
    "log": log, "pow": power, "root": root, "human_readable": human_readable, "human_to_bytes": human_to_bytes,
}
