"""Arguments written as text: `copy: src=a dest=b` and `command: make install chdir=/src`."""

from __future__ import annotations

import re

PAIR = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", re.DOTALL)
# Of the free text of a command only these are arguments; anything else with a = in it belongs to the command.
OF_COMMANDS = ("creates", "removes", "chdir", "executable", "stdin", "warn", "stdin_add_newline", "strip_empty_ends")
BRACES = {"{{": "}}", "{%": "%}", "{#": "#}"}


def split(text: str) -> list[str]:
    """Split a line into words at spaces outside quotes and outside Jinja braces; quotes are kept.

    >>> split("dest=/x content='a b' mode={{ m | default('0644') }}")
    ['dest=/x', "content='a b'", "mode={{ m | default('0644') }}"]
    """
    words: list[str] = []
    word, closing, position = "", "", 0
    while position < len(text):
        two, one = text[position : position + 2], text[position]
        if closing and text.startswith(closing, position):
            word, position, closing = word + closing, position + len(closing), ""
        elif not closing and two in BRACES:
            word, position, closing = word + two, position + 2, BRACES[two]
        elif not closing and one in "'\"":
            word, position, closing = word + one, position + 1, one
        elif not closing and one.isspace():
            words, word, position = [*words, word] if word else words, "", position + 1
        else:
            step = 2 if one == "\\" and closing in ("'", '"') else 1
            word, position = word + text[position : position + step], position + step
    return [*words, word] if word else words


def pairs(text: str) -> tuple[dict[str, str], str]:
    """Return the arguments in a `k=v` text, and the words that are none, joined."""
    found, rest = {}, []
    for word in split(text):
        match = PAIR.match(word)
        if match:
            found[match[1]] = unquote(match[2])
        else:
            rest.append(word)
    return found, " ".join(rest)


def command(text: str) -> tuple[dict[str, str], str]:
    """Return the few arguments that a command's text may hold, and the command as it was written without them."""
    found: dict[str, str] = {}
    for word in split(text):
        match = PAIR.match(word)
        if match and match[1] in OF_COMMANDS:
            found[match[1]] = unquote(match[2])
            text = text.replace(word, "", 1)
    return found, text.strip()


def unquote(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("\\" + text[0], text[0])
    return text
