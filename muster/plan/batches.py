"""Batches: the hosts of a play, split by `serial`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muster.errors import PlanError
from muster.load.playbook import as_list
from muster.model import Host, Play
from muster.plan.expander import Expander
from muster.plan.settings import Settings


def batches(play: Play, hosts: Sequence[Host], expander: Expander) -> tuple[tuple[Host, ...], ...]:
    """Split a play's hosts by `serial`: numbers and percentages, of which the last repeats."""
    place = play.keywords.origins.get("serial", play.origin)
    hint = "serial is settled before any host is known: it can be a variable of the play, or given with -e"
    sizes = as_list(expander.known(play.keywords.get("serial"), place, Settings(), None, hint)) or [len(hosts)]
    rest, made = list(hosts), list[tuple[Host, ...]]()
    while rest:
        size = batch_size(sizes[min(len(made), len(sizes) - 1)], len(hosts), play)
        made.append(tuple(rest[:size]))
        rest = rest[size:]
    return tuple(made)


def batch_size(value: Any, count: int, play: Play) -> int:
    text = str(value).strip()
    try:
        size = int(float(text[:-1]) / 100 * count) or 1 if text.endswith("%") else int(text)
    except ValueError:
        raise PlanError(f"serial: {value!r} is neither a number nor a percentage",
                        play.keywords.origins.get("serial")) from None
    return size if size > 0 else max(count, 1)
