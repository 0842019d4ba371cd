"""Rows as lines of aligned text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def columns(rows: Sequence[Sequence[str]], widest: int | None = None) -> Iterator[str]:
    """Yield rows as lines, each column as wide as its widest entry.

    widest: characters of a column at most; an entry that is longer pushes only its own row apart
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths = [min(width, widest or width) for width in widths]
    for row in rows:
        yield "  ".join(f"{each:<{width}}" for each, width in zip(row, widths, strict=True)).rstrip()
