"""What a result holds for people: the text of `debug`, what a command printed, or all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from muster.model import TaskEnded
from muster.report.data import yaml_text
from muster.report.words import clean

# What says how a task went, and not what it found out.
STATE = ("changed", "failed", "skipped", "unreachable", "results", "attempts", "warnings", "deprecations",
         "failed_when_result", "ansible_facts", "ansible_loop_var", "ansible_index_var", "skip_reason",
         "false_condition", "skipped_reason", "item")


def items(event: TaskEnded) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each loop item's label and values; a task without a loop is one item without a label."""
    values = event.result.values
    results = values.get("results")
    if not isinstance(results, list) or not all(isinstance(each, Mapping) for each in results):
        yield "", values
        return
    for number, each in enumerate(results):
        if number < len(event.labels):
            yield event.labels[number], each
        else:
            yield str(each.get(str(each.get("ansible_loop_var", "item")), number + 1)), each


def told(event: TaskEnded) -> str:
    """Return what a `debug` task says, over all items; empty when it was skipped."""
    said = []
    for _, values in items(event):
        if "censored" in values:
            said.append(str(values["censored"]))
        elif not values.get("skipped") and not values.get("failed"):
            said.append(debug_text(values))
    return clean("\n".join(said))


def debug_text(values: Mapping[str, Any]) -> str:
    """Return the message, or the variable with its name; what is no text is YAML."""
    if "msg" in values:
        return value_text(values["msg"])
    shown = variables(values)
    return yaml_text(shown) if shown else ""


def variables(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result holds beyond how the task went and which item of a loop it was for."""
    loop = (values.get("ansible_loop_var"), values.get("ansible_index_var"))
    return {name: value for name, value in values.items() if name not in STATE and name not in loop}


def value_text(value: Any) -> str:
    return value if isinstance(value, str) else yaml_text(value)


def details(event: TaskEnded, verbosity: int) -> str:
    """Return what -v shows of a result: the message, status and output of each item; with -vvv all of it, as YAML."""
    lines: list[str] = []
    for label, values in items(event):
        block = yaml_text(values) if verbosity >= 3 else "\n".join(fields(values, verbosity))
        if block and label:
            block = f"item {label}:\n" + "\n".join(f"  {line}" for line in block.splitlines())
        lines += [block] if block else []
    return clean("\n".join(lines))


def fields(values: Mapping[str, Any], verbosity: int) -> Iterator[str]:
    """Yield the lines for what people look for in a result."""
    if "censored" in values:
        yield str(values["censored"])
        return
    if values.get("skipped"):
        if verbosity >= 2:
            yield skip_reason(values)
        return
    if values.get("msg"):
        yield value_text(values["msg"])
    if values.get("rc"):
        yield f"rc {values['rc']}"
    for name in ("stdout", "stderr"):
        text = str(values.get(name) or "").rstrip("\n")
        if text:
            yield from block(name, text.splitlines())


def skip_reason(values: Mapping[str, Any]) -> str:
    if values.get("false_condition") is not None:
        return f"skipped, because this is false: {values['false_condition']}"
    return str(values.get("msg") or values.get("skip_reason") or "skipped")


def block(name: str, lines: list[str]) -> Iterator[str]:
    """Yield what was printed, with its name beside the first line.

    >>> list(block("stdout", ["a", "b"]))
    ['stdout | a', '       | b']
    """
    for number, line in enumerate(lines):
        yield f"{name if number == 0 else ' ' * len(name)} | {line}".rstrip()


def tail(name: str, text: str, most: int) -> Iterator[str]:
    """Yield the last lines of what was printed, and how many came before."""
    lines = text.rstrip().splitlines()
    if not lines:
        return
    hidden = len(lines) - most
    if hidden > 0:
        lines = [f"({hidden} more above; -v shows all)", *lines[-most:]]
    yield from block(name, lines)
