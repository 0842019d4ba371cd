"""The lines of ansible-playbook, for what reads them: CI plugins, scripts, and people's eyes.

The shapes are those ansible-core 2.19 prints (observed with a playbook of every kind of outcome). Hosts come in the
order of the play below each task's heading, so a task is told when all hosts have passed it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from muster.model import Change, HostLeft, Note, PlayEnded, PlayStarted, Result, Retried, TaskEnded, TaskStarted
from muster.report.board import Board, Position
from muster.report.data import plain_data
from muster.report.details import items, variables
from muster.report.diff import unified
from muster.report.reporter import Reporter
from muster.report.summary import INCLUDES, Summary
from muster.report.words import clean, one_line

WIDTH = 79
# Of these every result is told, not only one that failed.
TOLD_WHOLE = ("assert", "debug")
VERBS = {"ok": "ok", "changed": "changed", "skipped": "skipping"}


class AnsibleLines(Reporter):
    """Tells each task below a heading of its own."""

    def __init__(
        self, stream: TextIO, command: Sequence[str], verbosity: int = 0, diff: bool = False, context: int = 3,
        hidden: Collection[str] = (),
    ) -> None:
        super().__init__(command)
        self.stream = stream
        self.verbosity = verbosity
        self.diff = diff
        self.context = context
        self.hidden = hidden
        self.board = Board(())
        self.headings: dict[Position, str] = {}
        self.told: dict[Position, dict[str, list[str]]] = {}
        self.included: dict[Position, dict[tuple[str, str], list[str]]] = {}

    def write(self, lines: Iterable[str]) -> None:
        encoding = self.stream.encoding or "utf-8"
        for line in lines:
            self.stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        self.stream.flush()

    def play_started(self, event: PlayStarted) -> None:
        self.board = Board(event.hosts)
        self.write(["", heading(f"PLAY [{one_line(event.name)}]")])
        if not event.hosts:
            self.write(["skipping: no hosts matched"])

    def task_started(self, event: TaskStarted) -> None:
        self.tell(self.board.start(event.host, event.key.position, event.name))

    def task_ended(self, event: TaskEnded) -> None:
        position = event.key.position
        kind = "RUNNING HANDLER" if event.handler else "TASK"
        self.headings[position] = heading(f"{kind} [{one_line(event.name)}]")
        self.include(event)
        changes = diff_lines(event.result.changes, self.context) if self.diff or event.diff else ()
        self.lines_of(position, event.host).extend([*changes, *host_lines(event, self.verbosity, self.hidden)])
        stopped = not event.fate and (event.result.failed or event.result.unreachable)
        self.tell(self.board.end(event.host, position, stopped))

    def retried(self, event: Retried) -> None:
        self.lines_of(event.key.position, event.host).append(
            f"FAILED - RETRYING: [{event.host}]: {one_line(event.name)} ({event.left} retries left).")

    def lines_of(self, position: Position, host: str) -> list[str]:
        return self.told.setdefault(position, {}).setdefault(host, [])

    def include(self, event: TaskEnded) -> None:
        """Note what a host has included: it is told once for all that have included the same."""
        for label, values in items(event):
            if "include" in values and event.action in INCLUDES:
                hosts = self.included.setdefault(event.key.position, {}).setdefault((str(values["include"]), label), [])
                hosts.append(event.host)

    def tell(self, complete: Iterable[Position]) -> None:
        for position in complete:
            told, included = self.told.pop(position), self.included.pop(position, {})
            above = self.headings.pop(position)
            if included or any(told.values()):
                self.write(["", above])
            for (source, label), hosts in included.items():
                ordered = [host for host in self.board.tracks if host in hosts]
                item = f" => (item={clean(label)})" if label else ""
                self.write([f"included: {clean(source)} for {', '.join(ordered)}{item}"])
            for host in self.board.tracks:
                self.write(told.get(host, ()))

    def note(self, event: Note) -> None:
        self.write([f"[NOTE]: {event.host + ': ' if event.host else ''}{clean(event.text)}"])

    def host_left(self, event: HostLeft) -> None:
        last = self.tally.problems[-1] if self.tally.problems else None
        if last and last.host == event.host and not last.task:
            values = json.dumps({"changed": False, "msg": last.reason, "unreachable": True})
            self.write([f"fatal: [{event.host}]: UNREACHABLE! => {values}"])
        self.tell(self.board.leave(event.host))

    def play_ended(self, event: PlayEnded) -> None:
        self.tell(self.board.close())

    def end(self, summary: Summary) -> None:
        self.tell(self.board.close())
        self.write(["", heading("PLAY RECAP")])
        for host in sorted(summary.hosts):
            numbers = " ".join(f"{name}={number:<4}" for name, number in summary.hosts[host].as_dict().items())
            self.write([f"{host:<26} : {numbers}"])
        self.write([""])


def heading(text: str) -> str:
    return f"{text} {'*' * max(3, WIDTH - len(text))}"


def host_lines(event: TaskEnded, verbosity: int, hidden: Collection[str] = ()) -> Iterator[str]:
    """Yield one host's lines: its items or the outcome, and what became of a failure.

    hidden: words for outcomes that are not told
    """
    result = event.result
    for warning in result.values.get("warnings") or ():
        yield f"[WARNING]: {clean(str(warning))}"
    looped = isinstance(result.values.get("results"), list) and bool(result.values["results"])
    host = f"{event.host} -> {event.delegate}" if event.delegate else event.host
    if looped:
        for label, values in items(event):
            if not is_include(event.action, values) and status_of(values) not in hidden:
                yield outcome(host, values, event.action, verbosity, clean(label))
    single = not looped or result.skipped or result.unreachable
    if single and not is_include(event.action, result.values) and result.status not in hidden:
        yield outcome(host, result.values, event.action, verbosity)
    if event.fate == "ignored":
        yield "...ignoring"


def status_of(values: Mapping[str, Any]) -> str:
    return Result(values).status


def outcome(host: str, values: Mapping[str, Any], action: str, verbosity: int, label: str | None = None) -> str:
    """Return the line for one outcome; what failed shows its result, and so does everything with -v."""
    status = status_of(values)
    item = f" (item={label})" if label is not None else ""
    if status == "unreachable":
        return f"fatal: [{host}]: UNREACHABLE! => {compact(values)}"
    if status == "failed":
        head = f"failed: [{host}]{item}" if item else f"fatal: [{host}]: FAILED!"
        return f"{head} => {whole(values) if action in TOLD_WHOLE else compact(values)}"
    line = f"{VERBS[status]}: [{host}]" + (f" =>{item}" if item else "")
    if status == "skipped":
        return f"{line} => {compact(values)}" if verbosity else line + (" " if item else "")
    if action == "debug":
        return f"{line} => {whole(variables(values))}"
    if action in TOLD_WHOLE and "msg" in values:  # An assert with `quiet` has none.
        return f"{line} => {whole(values)}"
    return f"{line} => {compact(values)}" if verbosity else line


def is_include(action: str, values: Mapping[str, Any]) -> bool:
    return action in INCLUDES and "include" in values


def whole(values: Mapping[str, Any]) -> str:
    """Return a result on lines of its own."""
    shown = {name: value for name, value in values.items() if name not in ("skipped", "failed")}
    return json.dumps(plain_data(shown), indent=4, sort_keys=True, ensure_ascii=False)


def compact(values: Mapping[str, Any]) -> str:
    """Return a result on one line, without what the words before it say."""
    shown = {name: value for name, value in values.items() if name not in ("skipped", "failed")}
    return json.dumps(plain_data(shown), sort_keys=True, ensure_ascii=False)


def diff_lines(changes: Iterable[Change], context: int) -> Iterator[str]:
    for change in changes:
        lines = [clean(line) for line in unified(change.before or "", change.after or "", context)]
        if lines:
            yield from ["--- before", f"+++ after: {clean(change.what)}", *lines, ""]
