"""The manual of a task type, out of the docstring of its function.

    Ensure a group exists, or does not.

    name: name of the group

    Example:
      - group: {name: deploy}

    Returns:
      gid: its numeric id
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Mapping
from typing import NamedTuple

TITLES = re.compile(r"^(Example|Returns):\n", flags=re.MULTILINE)
ENTRY = re.compile(r"([\w., ]+): (.+)")


class Manual(NamedTuple):
    """What a docstring says.

    summary: its first sentence
    arguments, returns: {name: words}
    example: tasks, as YAML
    """

    summary: str
    arguments: Mapping[str, str]
    example: str
    returns: Mapping[str, str]


def manual(docstring: str) -> Manual:
    """Take a docstring apart; what it lacks is empty."""
    text = inspect.cleandoc(docstring) + "\n"
    first, *rest = TITLES.split(text)
    parts = dict(zip(rest[::2], rest[1::2], strict=True))
    summary, _, arguments = first.partition("\n")
    return Manual(summary, entries(arguments), textwrap.dedent(parts.get("Example", "")).strip("\n"),
                  entries(parts.get("Returns", "")))


def entries(text: str) -> dict[str, str]:
    """Return {name: words} for lines such as `name: words`; lines that are indented deeper go on with these words."""
    found: dict[str, str] = {}
    name = ""
    for line in textwrap.dedent(text).splitlines():
        entry = ENTRY.fullmatch(line)
        if entry:
            name = entry[1]
            found[name] = entry[2]
        elif name and line.startswith(" "):
            found[name] += " " + line.strip()
        else:
            name = ""
    return found
