"""The words of reports: phrases for hosts, counts and times, and text from hosts made safe to show.

What is shown is made of lines, and a line of spans: (text, style). A style is one of the names in
`muster.report.live.STYLES`; plain output drops it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Span = tuple[str, str]
Line = list[Span]

# Worst first: the first of these that happened anywhere is the word a task's line begins with.
STATUSES = ("failed", "unreachable", "rescued", "ignored", "changed", "ok", "skipped")

# Colours and cursor movements (ECMA-48 control sequences), and operating system commands such as window titles.
SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
# C0 and C1 controls, and the marks that turn the direction of writing, which can make text look like other text.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

NUMBERED = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)


class Marks(NamedTuple):
    """Characters that not every terminal has."""

    dot: str
    more: str
    arrow: str
    done: str
    left: str


UNICODE = Marks(dot="·", more="…", arrow="→", done="━", left="─")
ASCII = Marks(dot="-", more="..", arrow="->", done="=", left="-")


@dataclass
class View:
    """How much is shown, and how.

    verbosity: number of -v
    context: lines around what differs in a file
    width: columns of the terminal; None where lines are as long as they are
    """

    verbosity: int = 0
    diff: bool = False
    check: bool = False
    marks: Marks = UNICODE
    width: int | None = None
    context: int = 3

    @property
    def status_column(self) -> int:
        """How many columns the longest status takes, and a space."""
        return len("would change " if self.check else "unreachable ")

    def word(self, status: str) -> str:
        """Return the word for a status; in check mode nothing has changed yet."""
        return "would change" if self.check and status == "changed" else status


def marks_for(encoding: str | None) -> Marks:
    """Return what a stream of this encoding can show; one without an encoding (in memory) shows everything."""
    return UNICODE if (encoding or "utf-8").lower().replace("_", "-").startswith("utf") else ASCII


def clean(text: str) -> str:
    """Return text from a host without anything that steers a terminal.

    A carriage return redraws a line (progress bars do), so only what came last of such a line is kept.
    """
    if text.isprintable():
        return text
    text = SEQUENCE.sub("", text).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def one_line(text: str) -> str:
    """Return text for a place that holds one line."""
    return clean(text) if text.isprintable() else " ".join(clean(text).split())


def first_line(text: str) -> str:
    """Return the first line of a text that says anything."""
    return next((line.strip() for line in clean(text).splitlines() if line.strip()), "")


def message(values: Mapping[str, Any]) -> str:
    """Return why a task failed: its message, or what stands for it."""
    if "censored" in values:
        return str(values["censored"])
    bad = [each for each in values.get("results") or () if isinstance(each, Mapping) and each.get("failed")]
    if len(bad) == 1 and bad[0].get("msg"):
        return str(bad[0]["msg"])
    if bad:
        first = first_line(str(bad[0].get("msg") or ""))
        return f"{len(bad)} items failed" + (f", the first with: {first}" if first else "")
    return str(values.get("msg") or values.get("module_stderr") or "failed without a message")


def plural(number: int, noun: str) -> str:
    """Return "1 host", "2 hosts"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def hosts_phrase(hosts: Sequence[str], most: int = 3) -> str:
    """Return a few host names, or the first of many.

    >>> hosts_phrase(["web1", "web2", "web3", "web4", "web5"])
    'web1, web2 and 3 more'
    """
    if len(hosts) <= most:
        return joined(hosts)
    return f"{', '.join(hosts[: most - 1])} and {len(hosts) - most + 1} more"


def runs(hosts: Sequence[str]) -> list[str]:
    """Return host names with three or more that are numbered one after the other as one.

    >>> runs(["db1", "web08", "web09", "web10", "web12"])
    ['db1', 'web08..web10', 'web12']
    """
    found: list[list[str]] = []
    for host in hosts:
        if found and is_next(found[-1][-1], host):
            found[-1].append(host)
        else:
            found.append([host])
    parts: list[str] = []
    for run in found:
        parts += [f"{run[0]}..{run[-1]}"] if len(run) > 2 else run
    return parts


def is_next(one: str, other: str) -> bool:
    """Tell whether two names differ in their last number alone, by one."""
    first, second = NUMBERED.fullmatch(one), NUMBERED.fullmatch(other)
    if not (first and second) or (first[1], first[3]) != (second[1], second[3]):
        return False
    return int(second[2]) == int(first[2]) + 1 and str(int(first[2]) + 1).zfill(len(first[2])) == second[2]


def joined(names: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def duration(seconds: float) -> str:
    """Return a length of time.

    >>> duration(1.24), duration(41.2), duration(192), duration(3700)
    ('1.2s', '41s', '3m 12s', '1h 01m')
    """
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02d}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02d}m"


def clock(seconds: float) -> str:
    """Return a running time.

    >>> clock(72), clock(3672)
    ('1:12', '1:01:12')
    """
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def counts_line(counts: Mapping[str, int], view: View) -> Line:
    """Return "1 failed, 3 changed, 44 ok"."""
    line: Line = []
    for status in STATUSES:
        if counts.get(status):
            line += [(", ", "quiet")] if line else []
            line.append((f"{counts[status]} {view.word(status)}", "quiet" if status == "ok" else status))
    return line


def width(line: Iterable[Span]) -> int:
    """Return how many columns a line takes; wide characters (CJK) take two."""
    return sum(columns(text) for text, _ in line)


def columns(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def shown_name(name: str, view: View, taken: int) -> str:
    """Return a name on one line; on a terminal cut to what is left of the width."""
    name = one_line(name)
    return name if view.width is None else fit(name, max(view.width - taken, 8), view.marks)


def fit(text: str, size: int, marks: Marks) -> str:
    """Return text cut to at most so many columns."""
    if columns(text) <= size:
        return text
    kept = text[: max(size, 0)]
    while kept and columns(kept) > size - len(marks.more):
        kept = kept[:-1]
    return (kept.rstrip() + marks.more)[: max(size, 0)]


def command_text(cmd: Any) -> str:
    """Return the command of a result as a shell would be given it."""
    return shlex.join(map(str, cmd)) if isinstance(cmd, (list, tuple)) else str(cmd)
