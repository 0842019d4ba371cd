"""Lines on a terminal, in colour, and below them what is going on just now.

The main thread only takes events and keeps lines; a thread of its own draws, ten times a second at most, so that a
fleet of thousands costs no more drawing than one host.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import TextIO

from rich.console import Console
from rich.live import Live as Screen
from rich.text import Text
from rich.theme import Theme

from muster.model import Event, Output
from muster.report.plain import Plain
from muster.report.summary import Summary
from muster.report.words import Line, View, clean, clock, columns, fit, hosts_phrase, one_line, width

INTERVAL = 0.1
QUIET_SECONDS = 2.0  # A task shorter than this is not worth naming below the bar.
BAR = 30
STYLES = {
    "ok": "green", "changed": "yellow", "failed": "bold red", "unreachable": "bold magenta", "rescued": "cyan",
    "ignored": "cyan", "skipped": "dim", "quiet": "dim", "title": "bold", "place": "cyan", "message": "bold",
    "added": "green", "removed": "red", "hunk": "cyan", "warning": "yellow", "note": "cyan", "time": "dim",
    "command": "bold", "bar": "green", "rest": "dim",
}


class Live(Plain):
    """As `Plain`, with a footer: progress in hosts, time, and the task that takes longest."""

    def __init__(
        self, view: View, stream: TextIO, command: Sequence[str], now: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(view, stream, command, now)
        theme = Theme({f"muster.{name}": style for name, style in STYLES.items()}, inherit=False)
        self.console = Console(file=stream, theme=theme, highlight=False, markup=False, emoji=False)
        self.view.width = self.console.width
        self.lock = threading.Lock()
        self.lines: list[Line] = []
        self.shown = ""
        self.problem: Exception | None = None
        self.foot = Text("")
        self.screen = Screen(console=self.console, auto_refresh=False, transient=True, get_renderable=lambda: self.foot)
        self.done = threading.Event()
        self.screen.start()
        self.painter = threading.Thread(target=self.paint, name="report", daemon=True)
        self.painter.start()

    def take(self, event: Event) -> None:
        with self.lock:
            super().take(event)

    def say(self, lines: Iterable[Line]) -> None:
        """Keep lines for the next drawing."""
        self.lines += lines

    def output(self, event: Output) -> None:
        text = event.text[-1000:].rstrip()
        if text:
            self.board.track(event.host).said = one_line(clean(text).rpartition("\n")[2])

    def end(self, summary: Summary) -> None:
        with self.lock:
            super().end(summary)

    def close(self) -> None:
        """Draw what is left and take the footer away."""
        if self.done.is_set():
            return
        self.done.set()
        self.painter.join()
        try:
            self.foot = Text("")
            self.screen.stop()
            self.print(self.lines)
        except OSError as error:
            self.problem = self.problem or error
        self.lines = []
        if self.problem:
            raise self.problem

    def paint(self) -> None:
        """Draw until the end; what goes wrong here (the terminal is gone, say) is raised by `close`."""
        try:
            while not self.done.wait(INTERVAL):
                self.draw()
        except Exception as error:
            self.problem = error

    def draw(self) -> None:
        """Draw the lines that have come since the last time, and the footer if it is another."""
        with self.lock:
            lines, self.lines = self.lines, []
            self.view.width = self.console.width
            foot = self.footer()
        plain = "\n".join("".join(text for text, _ in line) for line in foot)
        if not lines and plain == self.shown:
            return
        self.shown, self.foot = plain, self.styled(foot)
        if lines:
            self.print(lines)
        else:
            self.screen.refresh()

    def print(self, lines: Sequence[Line]) -> None:
        if lines:
            self.console.print(self.styled(lines), soft_wrap=True)

    def styled(self, lines: Sequence[Line]) -> Text:
        encoding = self.stream.encoding or "utf-8"
        made = Text(no_wrap=True, end="\n")
        for number, line in enumerate(lines):
            if number:
                made.append("\n")
            for text, style in line:
                shown = text if text.isascii() else text.encode(encoding, "backslashreplace").decode(encoding)
                made.append(shown, f"muster.{style}" if style else None)
        return made

    def footer(self) -> list[Line]:
        """Return what is below the lines: the bar, the slowest task and what it printed last."""
        if not self.fleet:
            return []
        lines = [[], self.bar()]
        slowest = self.slowest()
        if slowest:
            lines += slowest
        return [cut(line, (self.view.width or 80) - 1, self.view) for line in lines]

    def bar(self) -> Line:
        marks, done = self.view.marks, self.board.left
        filled = BAR * done // self.fleet
        line: Line = [("  ", ""), (marks.done * filled, "bar"), (marks.left * (BAR - filled), "rest"),
                      (f"  {done} of {self.fleet} hosts done", ""), (f"  {clock(self.now() - self.started)}", "quiet")]
        failed = len(self.tally.failed_hosts())
        return [*line, (f"  {failed} failed", "failed")] if failed else line

    def slowest(self) -> list[Line]:
        """Return the lines for the task that has been running longest, and the host it has been running on."""
        running = [(track.since, host, track) for host, track in self.board.tracks.items() if track.open]
        if not running:
            return []
        since, host, track = min(running, key=lambda entry: entry[0])
        position, name = next(iter(track.open.items()))
        seconds = monotonic() - since
        if seconds < QUIET_SECONDS:
            return []
        others = [each for _, each, other in running if each != host and next(iter(other.open)) == position]
        lines: list[Line] = [[("  ", ""), (clock(seconds), "time"), ("  ", ""), (one_line(name), ""),
                              (f"  {hosts_phrase([host, *others], most=2)}", "quiet")]]
        if track.said:
            lines.append([(f"        {track.said}", "quiet")])
        return lines


def cut(line: Line, size: int, view: View) -> Line:
    """Return a line cut to the width of the terminal."""
    if width(line) <= size:
        return line
    made: Line = []
    for text, style in line:
        room = size - width(made)
        if room <= 0:
            break
        made.append((fit(text, room, view.marks) if columns(text) > room else text, style))
    return made
