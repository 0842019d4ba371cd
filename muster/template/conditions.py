"""Conditions written with braces, `when: "{{ x }} == 'web'"`, which Ansible tolerates.

The braces are taken off before anything is evaluated: what a variable holds never becomes part of the expression, as it
would if the text was rendered first and evaluated then.
"""

from __future__ import annotations

import re

PIECES = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\{\{(.*?)\}\}""", re.DOTALL)
BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def without_braces(condition: str) -> str:
    """Return the expression with parentheses for braces, and with strings that hold braces put together.

    >>> without_braces("{{ x }} == 'a{{ y }}'")
    "( x ) == ('a' ~ ( y ) ~ '')"
    """
    if "{{" not in condition:
        return condition
    return PIECES.sub(replace, condition)


def replace(found: re.Match[str]) -> str:
    string, inner = found.groups()
    if string is None:
        return f"({inner})"
    if not BRACES.search(string):
        return string
    quote = string[0]
    return "(" + BRACES.sub(lambda inside: f"{quote} ~ ({inside[1]}) ~ {quote}", string) + ")"
