"""Arguments written as text: `copy: src=a dest=b` and `command: make install chdir=/src`."""

from __future__ import annotations

import re
from collections.abc import Iterator

PAIR = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
# Of the free text of a command only these are arguments; anything else with a = in it belongs to the command.
OF_COMMANDS = ("creates", "removes", "chdir", "executable", "stdin", "warn", "stdin_add_newline", "strip_empty_ends")
BRACES = {"{{": "}}", "{%": "%}", "{#": "#}"}
QUOTES = ("'", '"')


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each word: words end at spaces outside quotes and outside Jinja braces.

    Braces may stand in quotes, and quotes in braces. Raises ValueError, in words for the reader, for a quote or for
    braces that are never closed.
    """
    begin, position = -1, 0
    closings: list[str] = []
    while position < len(text):
        if not closings and text[position].isspace():
            if begin >= 0:
                yield begin, position
            begin, position = -1, position + 1
            continue
        begin = position if begin < 0 else begin
        position += step(text, position, closings)
    if closings:
        closing = closings[-1]
        raise ValueError(f"a quote ({closing}) is never closed" if closing in QUOTES else f"{closing} is missing")
    if begin >= 0:
        yield begin, len(text)


def step(text: str, position: int, closings: list[str]) -> int:
    """Take what stands at a position: open or close quotes and braces; return its length."""
    closing = closings[-1] if closings else ""
    two, one = text[position : position + 2], text[position]
    if closing and text.startswith(closing, position):
        return len(closings.pop())
    if closing in QUOTES and one == "\\":
        return 2
    if two in BRACES and (not closing or closing in QUOTES) and len(closings) < 2:
        closings.append(BRACES[two])
        return 2
    if one in QUOTES and closing not in (*QUOTES, "#}"):
        closings.append(one)
    return 1


def split(text: str) -> list[str]:
    """Return the words of a line; their quotes are kept.

    >>> split("dest=/x content='a b' mode={{ m | default('0644') }}")
    ['dest=/x', "content='a b'", "mode={{ m | default('0644') }}"]
    """
    return [text[begin:end] for begin, end in spans(text)]


def pairs(text: str) -> tuple[dict[str, str], str]:
    """Return the arguments in a `k=v` text, and the words that are none, joined."""
    found, rest = {}, []
    for word in split(text):
        match = PAIR.fullmatch(word)
        if match:
            found[match[1]] = unquote(match[2])
        else:
            rest.append(word)
    return found, " ".join(rest)


def command(text: str) -> tuple[dict[str, str], str]:
    """Return the few arguments that a command's text may hold, and the command as it was written without them.

    >>> command("make install chdir=/src PREFIX=/usr")
    ({'chdir': '/src'}, 'make install PREFIX=/usr')
    """
    found: dict[str, str] = {}
    kept, last = "", 0
    for begin, end in spans(text):
        match = PAIR.fullmatch(text, begin, end)
        if match and match[1] in OF_COMMANDS:
            found[match[1]] = unquote(match[2])
            kept, last = kept + text[last:begin].rstrip(" "), end
    return found, (kept + text[last:]).strip()


def unquote(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("\\" + text[0], text[0])
    return text
