"""Lines for a log: no control codes, nothing cut, nothing that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import TextIO

from muster.model import HostLeft, HostRescued, Note, PlayEnded, PlayStarted, TaskEnded, TaskStarted
from muster.report.board import Board, Position
from muster.report.gathered import Gathered
from muster.report.lines import (
    failure_lines,
    lost_line,
    note_lines,
    notes_again,
    play_lines,
    rescued_line,
    skipped_line,
    task_lines,
)
from muster.report.recap import recap_lines
from muster.report.reporter import Reporter
from muster.report.summary import Summary
from muster.report.words import Line, View


class Plain(Reporter):
    """Tells failures at once, and every task when all hosts have passed it, in plan order."""

    def __init__(
        self, view: View, stream: TextIO, command: Sequence[str], now: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(command, now)
        self.view = view
        self.stream = stream
        self.board = Board(())
        self.tasks: dict[Position, Gathered] = {}
        self.fleet = 0
        self.skipped = 0
        self.warned: set[str] = set()
        self.notes: dict[str, list[str]] = {}
        self.failed: dict[Position, str] = {}

    def say(self, lines: Iterable[Line]) -> None:
        """Write lines, at once."""
        encoding = self.stream.encoding or "utf-8"
        for line in lines:
            text = "".join(text for text, _ in line).rstrip()
            if not text.isascii():
                text = text.encode(encoding, "backslashreplace").decode(encoding)
            self.stream.write(text + "\n")
        self.stream.flush()

    def play_started(self, event: PlayStarted) -> None:
        self.board = Board(event.hosts)
        self.tasks, self.failed = {}, {}
        self.fleet = len(event.hosts)
        self.say(play_lines(event, self.view))

    def task_started(self, event: TaskStarted) -> None:
        complete = self.board.start(event.host, event.key.position, event.name)
        if complete:
            self.tell(complete)

    def task_ended(self, event: TaskEnded) -> None:
        position = event.key.position
        task = self.tasks.get(position)
        if task is None:
            task = self.tasks[position] = Gathered(event)
        explanation = task.add(event, self.view)
        if explanation:
            self.failed[position] = event.name
            self.say(failure_lines(event, explanation, self.view))
        stopped = not event.fate and (event.result.failed or event.result.unreachable)
        complete = self.board.end(event.host, position, stopped)
        if complete:
            self.tell(complete)

    def tell(self, complete: Iterable[Position]) -> None:
        """Tell tasks that are complete; a run of skipped ones is one line."""
        lines: list[Line] = []
        for position in complete:
            task = self.tasks.pop(position)
            if task.skipped and not self.view.verbosity:
                self.skipped += 1
                continue
            lines += self.skipped_lines()
            task.in_order(self.board.tracks)
            lines += task_lines(task, self.view, self.fleet, self.warned)
        if lines:
            self.say(lines)

    def skipped_lines(self) -> list[Line]:
        number, self.skipped = self.skipped, 0
        return [skipped_line(number, self.view)] if number else []

    def note(self, event: Note) -> None:
        hosts = self.notes.setdefault(event.text, [])
        hosts.append(event.host)
        if len(hosts) == 1:
            self.say(note_lines(event, self.view))

    def host_rescued(self, event: HostRescued) -> None:
        position = event.key.position
        if position in self.tasks:
            self.tasks[position].rescue(event.host)
        if position in self.failed:
            self.say([rescued_line(event, self.failed[position], self.view)])

    def host_left(self, event: HostLeft) -> None:
        last = self.tally.problems[-1] if self.tally.problems else None
        if last and last.host == event.host and not last.task:
            self.say([lost_line(event.host, last.reason, self.view)])
        complete = self.board.leave(event.host)
        if complete:
            self.tell(complete)

    def play_ended(self, event: PlayEnded) -> None:
        self.rest()

    def rest(self) -> None:
        """Tell what is left of a play."""
        self.tell(self.board.close())
        self.say([*self.skipped_lines(), *notes_again(self.notes, self.view)])
        self.notes = {}

    def end(self, summary: Summary) -> None:
        self.rest()
        self.say(recap_lines(summary, self.view))
