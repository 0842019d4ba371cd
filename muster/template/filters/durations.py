"""Filters that turn a length of time in words, `1h 30m`, into a number of one unit."""

from __future__ import annotations

import re

from muster.template.plugins import Plugin, PluginError

# Milliseconds of each unit; a month and a year may be given other days.
UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "mo": 30 * 86_400_000,
         "y": 365 * 86_400_000}
LONG = {"millisecond": "ms", "msec": "ms", "msecond": "ms", "sec": "s", "second": "s", "min": "m", "minute": "m",
        "hour": "h", "day": "d", "week": "w", "month": "mo", "year": "y"}
PIECE = re.compile(r"(-?\d+)([a-z]+)")


def to_time_unit(human_time: str, unit: str = "ms", year: float = 365, month: float = 30) -> float:
    """Return how long it is in a unit.

    human_time: numbers with their units, divided by spaces
    year, month: how many days they have

    >>> to_time_unit("1h 30m", "minutes")
    90.0
    """
    if not isinstance(human_time, str):
        raise PluginError(f"a length of time is text such as 1h 30m, not {human_time!r}")
    units = {**UNITS, "mo": float(month) * UNITS["d"], "y": float(year) * UNITS["d"]}
    total = 0.0
    for word in human_time.split() if human_time != "0" else ():
        found = PIECE.fullmatch(word)
        if not found:
            raise PluginError(f'"{human_time}" is no length of time such as 1h 30m')
        total += int(found[1]) * units[known(found[2])]
    return round(total / units[known(unit)], 12)


def known(unit: str) -> str:
    """Return the short name of a unit; raise PluginError for one that there is not."""
    name = LONG.get(unit.rstrip("s"), unit)
    if name not in UNITS:
        raise PluginError(f'there is no unit "{unit}" of time; there are {", ".join([*UNITS, *LONG])}')
    return name


def filter_to(unit: str) -> Plugin:
    """Return the filter that gives one unit."""

    def to_unit(human_time: str, year: float = 365, month: float = 30) -> float:
        return to_time_unit(human_time, unit, year, month)

    return to_unit


WORDS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "year")
FILTERS: dict[str, Plugin] = {"to_time_unit": to_time_unit, **{f"to_{word}s": filter_to(word) for word in WORDS}}
