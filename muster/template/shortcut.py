"""Templates whose expressions are dotted names, `{{ base }}/{{ item.path }}`, evaluated without compiling.

About half of all conditions in public roles are one bare variable, most other templates put one into a text, and
compiling a template takes half a millisecond (measured), which a large playbook would pay some thousand times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muster.template.engine import Variables
    from muster.template.environment import Environment

PATH = r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
EXPRESSION = re.compile(r"\{\{ *" + PATH + r" *\}\}", re.ASCII)
# What else in a text is Jinja's: the beginnings of its other tags, and the newlines that it makes into others.
SYNTAX = re.compile(r"\{[{%#]|\{\Z|\r")
CONDITION = re.compile(" *" + PATH + " *", re.ASCII)
# Words that are no names of variables in Jinja.
WORDS = frozenset("true false none True False None and or not in is if else self".split())


class Path:
    """A dotted name."""

    def __init__(self, environment: Environment, path: str) -> None:
        self.environment = environment
        self.first, *self.steps = path.split(".")

    def value(self, variables: Variables, known: dict[str, Any]) -> Any:
        """Return what it stands for.

        known: variables that were asked for before in this rendering; a value that is random is so once
        """
        if self.first not in known:
            known[self.first] = self.looked_up(variables)
        value = known[self.first]
        for step in self.steps:
            value = self.environment.getattr(value, step)
        return self.environment.output(value)

    def looked_up(self, variables: Variables) -> Any:
        try:
            return variables.get(self.first)
        except KeyError:
            names = self.environment.globals
            return names[self.first] if self.first in names else self.environment.undefined(name=self.first)


class Shortcut:
    """Stands for the compiled template of a text, or of a condition, that holds nothing but dotted names."""

    def __init__(self, pieces: Sequence[str | Path]) -> None:
        self.pieces = pieces

    def run(self, variables: Variables) -> list[Any]:
        """Return the pieces with their types, as a compiled template yields them."""
        known: dict[str, Any] = {}
        return [piece if isinstance(piece, str) else piece.value(variables, known) for piece in self.pieces]


def condition(environment: Environment, text: str) -> Shortcut | None:
    """Return the dotted name that a condition is, or None when it is something else."""
    found = CONDITION.fullmatch(text)
    return Shortcut([Path(environment, found[1])]) if found and is_path(found[1]) else None


def template(environment: Environment, text: str) -> Shortcut | None:
    """Return what a text with nothing but dotted names between its braces is; None when there is more to it."""
    # Jinja drops the newline at a text's end.
    pieces = EXPRESSION.split(text.removesuffix("\n"))
    if any(SYNTAX.search(piece) for piece in pieces[::2]) or not all(map(is_path, pieces[1::2])):
        return None
    return Shortcut([Path(environment, piece) if number % 2 else piece for number, piece in enumerate(pieces) if piece])


def is_path(text: str) -> bool:
    return text.split(".", maxsplit=1)[0] not in WORDS
