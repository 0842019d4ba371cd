"""Why a task failed, in full: what is told the moment it happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from muster.model import TaskEnded
from muster.report.data import yaml_text
from muster.report.details import items, tail
from muster.report.words import clean, command_text, message

LAST_LINES = 10
ALL_LINES = 1 << 30


def explanation(event: TaskEnded, verbosity: int) -> str:
    """Return the message, the command, its status and the last lines it printed; for a loop, of each item that failed.

    Equal texts are equal failures: the host is not in it. With -vvv it is the whole result, as YAML.
    """
    values = event.result.values
    if "censored" in values:
        return clean(str(values["censored"]))
    if verbosity >= 3:
        return clean(f"{message(values)}\n{yaml_text(values)}")
    failed = [(label, each) for label, each in items(event) if each.get("failed") or each.get("unreachable")]
    if not isinstance(values.get("results"), list) or not failed:
        return clean("\n".join(reasons(values, verbosity)))
    lines: list[str] = []
    for label, each in failed:
        lines.append(f"item {label}:")
        lines += [f"  {line}" for line in reasons(each, verbosity)]
    return clean("\n".join(lines))


def reasons(values: Mapping[str, Any], verbosity: int) -> Iterator[str]:
    """Yield the lines that explain one failure."""
    most = ALL_LINES if verbosity else LAST_LINES
    yield from message(values).splitlines()
    if values.get("attempts", 1) > 1:
        yield f"given up after {values['attempts']} attempts"
    if values.get("assertion"):
        yield f"this is false: {values['assertion']}"
    status = f"rc {values['rc']}" if values.get("rc") else ""
    if values.get("cmd"):
        yield f"$ {command_text(values['cmd'])}" + (f"  ({status})" if status else "")
    elif status:
        yield status
    for name in ("stdout", "stderr", "exception"):
        yield from tail(name, str(values.get(name) or ""), most)
