"""What is shown of plays, tasks and failures, as lines for a terminal or a log."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from muster.errors import Origin
from muster.model import HostRescued, Note, PlayStarted, TaskEnded
from muster.report.diff import change_lines
from muster.report.gathered import Gathered
from muster.report.words import (
    Line,
    View,
    clean,
    counts_line,
    duration,
    first_line,
    hosts_phrase,
    joined,
    one_line,
    plural,
    runs,
    shown_name,
    width,
)

NAME_COLUMN = 44
TAIL_COLUMN = 28  # What counts and time usually take on a terminal.
INDENT = ("    ", "")
SLOW = 1.0  # Seconds from which on it is worth saying how long a task took.


def play_lines(event: PlayStarted, view: View) -> Iterator[Line]:
    """Yield the heading of a play."""
    facts = [plural(len(event.hosts), "host") if event.hosts else "no hosts: nothing to do"]
    if event.batches > 1:
        facts.append(f"batch {event.batch + 1} of {event.batches}")
    if view.check:
        facts.append("check mode: nothing is changed")
    yield []
    yield [(one_line(event.name), "title"), *[(f" {view.marks.dot} {fact}", "quiet") for fact in facts]]


def task_lines(task: Gathered, view: View, fleet: int, told: set[str]) -> Iterator[Line]:
    """Yield a task's line and what there is to tell below it.

    fleet: number of hosts in the batch
    told: warnings that were shown before; new ones are added
    """
    yield task_line(task, view)
    for text, hosts in task.warnings.items():
        if text not in told:
            told.add(text)
            where = f" ({some(hosts, fleet, view)})" if fleet > 1 else ""
            yield [INDENT, ("warning: ", "warning"), (one_line(text), ""), (where, "quiet")]
    for (status, text), hosts in task.failures.items():
        yield from failure_below(task, status, text, hosts, fleet, view)
    for changes, hosts in task.changed.items():
        yield from block(f"{view.word('changed')} on {some(hosts, fleet, view)}:",
                         list(change_lines(changes, view.marks, task.diff, view.context)))
    for text, hosts in task.said.items():
        if text:
            yield from labelled(text, hosts, fleet, view)
    for (_, text), hosts in task.detailed.items():
        if text:
            yield from labelled(text, hosts, fleet, view)


def task_line(task: Gathered, view: View) -> Line:
    """Return the one line of a task: worst status, name, counts, and how long it took if that was long."""
    status = task.status
    tail = counts_line(task.counts, view)
    if task.attempts > 1:
        tail.append((f"  {task.attempts} attempts", "quiet"))
    if task.seconds >= SLOW or view.verbosity >= 2:
        tail.append((f"  {duration(task.seconds)}", "time"))
    prefix = "handler: " if task.handler else ""
    taken = 2 + view.status_column + len(prefix) + width(tail) + 3
    name = shown_name(task.name, view, taken)
    column = NAME_COLUMN
    if view.width is not None:
        column = min(NAME_COLUMN + 16, view.width - 2 - view.status_column - TAIL_COLUMN,
                     view.width - taken + len(prefix))
    padding = " " * (max(0, column - len(prefix) - width([(name, "")])) + 2)
    quiet = "quiet" if status == "skipped" else ""
    return [("  ", ""), (view.word(status).ljust(view.status_column), status), (prefix, "quiet"), (name, quiet),
            (padding, ""), *tail]


def skipped_line(number: int, view: View) -> Line:
    """Return the one line for a run of tasks that every host skipped."""
    return [(f"  {view.marks.dot} {plural(number, 'task')} skipped", "skipped")]


def failure_lines(event: TaskEnded, text: str, view: View) -> Iterator[Line]:
    """Yield a failure in full, as it is told the moment it happens."""
    status = event.result.status
    name = shown_name(event.name, view, 2 + view.status_column + len("  on ") + len(event.host))
    yield [("  ", ""), (status.upper().ljust(view.status_column), status), (name, "title"),
           ("  on ", "quiet"), (event.host, status)]
    yield [INDENT, (place(event.origin), "place")]
    for number, line in enumerate(text.splitlines()):
        yield [INDENT, (line, "message" if number == 0 else "")]


def failure_below(
    task: Gathered, status: str, text: str, hosts: Sequence[str], fleet: int, view: View
) -> Iterator[Line]:
    """Yield what a task's line still owes of its failures: excuses, and the hosts where a failure came again."""
    if status in ("ignored", "rescued"):
        lines = text.splitlines()
        yield [INDENT, (f"{status} on {some(hosts, fleet, view)}: ", status), (lines[0] if lines else "", ""),
               (f"  {place(task.origin)}", "place")]
        for line in lines[1:]:
            yield [INDENT, ("  ", ""), (line, "quiet")]
    elif len(hosts) > 1:
        first = next(iter(text.splitlines()), "")
        yield [INDENT, ("also on ", ""), (some(hosts[1:], fleet, view), status), (f": {first}", "")]


def rescued_line(event: HostRescued, name: str, view: View) -> Line:
    return [("  ", ""), ("rescued".ljust(view.status_column), "rescued"), (one_line(name), ""), ("  on ", "quiet"),
            (event.host, "rescued")]


def note_lines(event: Note, view: View) -> Iterator[Line]:
    """Yield a note, which may have more than one line."""
    where = f"{event.host}: " if event.host else ""
    first, *rest = clean(event.text).splitlines() or [""]
    yield [("  ", ""), ("note".ljust(view.status_column), "note"), (where, "quiet"), (first, "")]
    for line in rest:
        yield [("  " + " " * view.status_column, ""), (line, "")]


def lost_line(host: str, reason: str, view: View) -> Line:
    """Return the line for a host that was lost between tasks."""
    return [("  ", ""), ("UNREACHABLE".ljust(view.status_column), "unreachable"), (host, "unreachable"),
            (f"  {reason}", "")]


def notes_again(notes: Mapping[str, Sequence[str]], view: View) -> Iterator[Line]:
    """Yield, for notes that came from more than one host, where else."""
    for text, hosts in notes.items():
        if len(hosts) > 1:
            yield [("  ", ""), ("note".ljust(view.status_column), "note"),
                   (f"also on {hosts_phrase(hosts[1:])}: ", "quiet"), (first_line(text), "")]


def labelled(text: str, hosts: Sequence[str], fleet: int, view: View) -> Iterator[Line]:
    """Yield text with the hosts it is from; nobody has to be named when it is from all of them."""
    lines = text.splitlines()
    if len(hosts) == fleet:
        yield from ([INDENT, (line, "")] for line in lines)
    elif len(lines) == 1:
        yield [INDENT, (f"{some(hosts, fleet, view)}: ", "quiet"), (lines[0], "")]
    else:
        yield from block(f"{some(hosts, fleet, view)}:", [[(line, "")] for line in lines])


def block(head: str, lines: Sequence[Line]) -> Iterator[Line]:
    yield [INDENT, (head, "quiet")]
    for line in lines:
        yield [INDENT, ("  ", ""), *line]


def some(hosts: Sequence[str], fleet: int, view: View) -> str:
    """Return words for hosts: a number when they are many, unless -v asks for the names."""
    if len(hosts) == fleet and fleet > 1:
        return f"all {fleet} hosts"
    if len(hosts) <= 3:
        return joined(hosts)
    parts = runs(hosts)
    if not view.verbosity and len(parts) > 3:
        parts = [*parts[:3], view.marks.more]
    return f"{len(hosts)} hosts ({', '.join(parts)})"


def place(origin: Origin) -> str:
    """Return file:line, the file relative to the working directory if it is below it."""
    file, here = origin.file, os.getcwd()
    return f"{os.path.relpath(file, here) if file.startswith(here + os.sep) else file}:{origin.line}"
