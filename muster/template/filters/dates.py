"""Filters for dates and times."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from muster.template.plugins import Plugin


def strftime(string_format: str, second: Any = None, utc: bool = False) -> str:
    """Return a moment in words; `second` counts from 1970, now by default."""
    moment = time.time() if second is None else float(second)
    return time.strftime(string_format, time.gmtime(moment) if utc else time.localtime(moment))


def to_datetime(value: str, format: str = "%Y-%m-%d %H:%M:%S") -> datetime:
    return datetime.strptime(value, format)


FILTERS: dict[str, Plugin] = {"strftime": strftime, "to_datetime": to_datetime}
