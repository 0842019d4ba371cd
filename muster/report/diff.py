"""Changes as unified diffs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from muster.model import Change
from muster.report.words import Line, Marks, clean, one_line

SHORT = 60  # Values of at most so many characters are shown as `old -> new`.
LINE = re.compile(r"[^\n]*\n|[^\n]+")
STYLES = {"+": "added", "-": "removed", "@": "hunk", "\\": "quiet"}


def change_lines(changes: Iterable[Change], marks: Marks, diff: bool, context: int = 3) -> Iterator[Line]:
    """Yield each change's words and, if wanted, what it alters: one line for short values, a unified diff for text."""
    for change in changes:
        words = one_line(change.what)
        if not diff or (change.before is None and change.after is None):
            yield [(words, "")]
        elif is_short(change.before) and is_short(change.after):
            yield [(f"{words}: ", ""), (clean(change.before or ""), "removed"), (f" {marks.arrow} ", "quiet"),
                   (clean(change.after or ""), "added")]
        else:
            yield [(words, "")]
            for line in unified(change.before or "", change.after or "", context):
                yield [(clean(line), STYLES.get(line[:1], "quiet"))]


def is_short(text: str | None) -> bool:
    return bool(text) and len(text or "") <= SHORT and "\n" not in (text or "")


def unified(before: str, after: str, context: int = 3) -> Iterator[str]:
    """Yield the lines of a unified diff without its two header lines; `context` lines are around what differs.

    A missing newline at the end is told, and carriage returns are shown, because they may be all that differs.
    """
    from difflib import unified_diff

    lines = unified_diff(LINE.findall(before), LINE.findall(after), n=context)
    for number, line in enumerate(lines):
        if number >= 2:
            yield line.rstrip("\n").replace("\r", "\\r")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"
