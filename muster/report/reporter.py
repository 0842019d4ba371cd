"""What every reporter is: it takes events one by one, and in the end says what the run has come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Any

from muster.model import (
    Event,
    HostLeft,
    HostRescued,
    Note,
    Output,
    PlayEnded,
    PlayStarted,
    Retried,
    TaskEnded,
    TaskStarted,
)
from muster.report.rerun import rerun
from muster.report.summary import Summary, Tally


class Reporter:
    """Counts events and hands each to the method named for it.

    Use it as a context manager, so that a terminal is as it was before even when the run is broken off.

    command: the arguments the user gave, the program first
    now: clock for the length of the run, in seconds
    """

    def __init__(self, command: Sequence[str], now: Callable[[], float] = monotonic) -> None:
        self.command = command
        self.now = now
        self.started = now()
        self.tally = Tally()
        self.counting: dict[type[Event], Callable[[Any], Any]] = {
            PlayStarted: self.tally.play, TaskEnded: self.tally.count, HostRescued: self.tally.rescue,
            HostLeft: self.tally.leave,
        }
        self.telling: dict[type[Event], Callable[[Any], None]] = {
            PlayStarted: self.play_started, PlayEnded: self.play_ended, TaskStarted: self.task_started,
            TaskEnded: self.task_ended, Retried: self.retried, Output: self.output, Note: self.note,
            HostRescued: self.host_rescued, HostLeft: self.host_left,
        }

    def take(self, event: Event) -> None:
        """Take in one event; a kind nobody here knows is left alone."""
        kind = type(event)
        if isinstance(event, TaskEnded) and event.action == "meta" and not event.result.failed:
            return  # It only steered the walk; ansible-playbook neither counts nor lists it by host.
        if kind in self.counting:
            self.counting[kind](event)
        if kind in self.telling:
            self.telling[kind](event)

    def finish(self) -> Summary:
        """Tell the end of the run, and return what it has come to."""
        failed = self.tally.failed_hosts()
        summary = Summary(
            hosts=self.tally.hosts, problems=tuple(self.tally.problems), failed_hosts=failed,
            changed_tasks=self.tally.changed_tasks, exit_code=self.tally.exit_code(),
            seconds=self.now() - self.started, rerun=rerun(self.command, failed), stats=self.tally.stats,
        )
        self.end(summary)
        self.close()
        return summary

    def __enter__(self) -> Reporter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back the terminal; calling it again does nothing."""

    def play_started(self, event: PlayStarted) -> None: ...

    def play_ended(self, event: PlayEnded) -> None: ...

    def task_started(self, event: TaskStarted) -> None: ...

    def task_ended(self, event: TaskEnded) -> None: ...

    def retried(self, event: Retried) -> None: ...

    def output(self, event: Output) -> None: ...

    def note(self, event: Note) -> None: ...

    def host_rescued(self, event: HostRescued) -> None: ...

    def host_left(self, event: HostLeft) -> None: ...

    def end(self, summary: Summary) -> None: ...
