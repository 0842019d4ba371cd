"""One JSON object for each event, in the order in which they come, and a last one for the recap.

Every object has `event` and `time` (UTC, ISO 8601, when it was reported). The rest, by event:

    play_started  play, number, batch, batches, hosts
    task_started  host, play, task, key
    task_ended    host, play, task, key, action, handler, status, fate, changed, file, line, column, seconds,
                  labels, delegate, changes [{what, before, after}], result
    retried       host, play, task, key, left
    output        host, play, task, text
    note          host, text
    host_rescued  host, play, task
    host_left     host, play, why
    play_ended    play, number, batch
    recap         exit_code, seconds, hosts {name: {ok, changed, ...}}, failed_hosts, problems [{host, status, task,
                  reason, file, line}], rerun, stats {run {name: value}, hosts {host: {name: value}}}

`key` is [play, batch, [position, ...]]: equal for a task on all hosts, and ordered as the tasks are.
`delegate` is the host a task was carried out on, if that is another; `left` how many attempts there will still be.
`status` is ok, changed, skipped, failed or unreachable; `fate` is "", "ignored" or "rescued".
What is secret was masked before it came here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any, TextIO

from muster.model import (
    HostLeft,
    HostRescued,
    Key,
    Note,
    Output,
    PlayEnded,
    PlayStarted,
    Retried,
    TaskEnded,
    TaskStarted,
)
from muster.report.data import plain_data
from muster.report.reporter import Reporter
from muster.report.summary import Summary


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Jsonl(Reporter):
    """Writes each event the moment it comes."""

    def __init__(self, stream: TextIO, command: Sequence[str], utc: Callable[[], datetime] = utc_now) -> None:
        super().__init__(command)
        self.stream = stream
        self.utc = utc
        self.play = ""
        self.names: dict[Key, str] = {}

    def write(self, event: str, **fields: Any) -> None:
        time = self.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.stream.write(json.dumps({"event": event, "time": time, **fields}) + "\n")
        self.stream.flush()

    def play_started(self, event: PlayStarted) -> None:
        self.play, self.names = event.name, {}
        self.write("play_started", play=event.name, number=event.number, batch=event.batch, batches=event.batches,
                   hosts=event.hosts)

    def play_ended(self, event: PlayEnded) -> None:
        self.write("play_ended", play=self.play, number=event.number, batch=event.batch)

    def task_started(self, event: TaskStarted) -> None:
        self.names[event.key] = event.name
        self.write("task_started", host=event.host, play=self.play, task=event.name, key=key(event.key))

    def task_ended(self, event: TaskEnded) -> None:
        self.names[event.key] = event.name
        result = event.result
        self.write(
            "task_ended", host=event.host, play=self.play, task=event.name, key=key(event.key), action=event.action,
            handler=event.handler, status=result.status, fate=event.fate, changed=result.changed,
            file=event.origin.file, line=event.origin.line, column=event.origin.column,
            seconds=round(event.seconds, 3), labels=event.labels, delegate=event.delegate,
            changes=[{"what": each.what, "before": each.before, "after": each.after} for each in result.changes],
            result=plain_data(result.values),
        )

    def retried(self, event: Retried) -> None:
        self.write("retried", host=event.host, play=self.play, task=event.name, key=key(event.key), left=event.left)

    def output(self, event: Output) -> None:
        self.write("output", host=event.host, play=self.play, task=self.names.get(event.key, ""), text=event.text)

    def note(self, event: Note) -> None:
        self.write("note", host=event.host, text=event.text)

    def host_rescued(self, event: HostRescued) -> None:
        self.write("host_rescued", host=event.host, play=self.play, task=self.names.get(event.key, ""))

    def host_left(self, event: HostLeft) -> None:
        self.write("host_left", host=event.host, play=self.play, why=event.why)

    def end(self, summary: Summary) -> None:
        problems = [
            {"host": each.host, "status": each.status, "task": each.task, "reason": each.reason,
             "file": each.origin.file if each.origin else None, "line": each.origin.line if each.origin else None}
            for each in summary.problems
        ]
        self.write("recap", exit_code=summary.exit_code, seconds=round(summary.seconds, 3),
                   hosts={host: counts.as_dict() for host, counts in summary.hosts.items()},
                   failed_hosts=summary.failed_hosts, problems=problems, rerun=summary.rerun,
                   stats=plain_data(summary.stats.parted()))


def key(made: Key) -> list[Any]:
    return [made.play, made.batch, made.position]
