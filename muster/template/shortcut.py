"""Templates whose expressions are dotted names, `{{ base }}/{{ item.path }}`, evaluated without compiling.

About half of all conditions in public roles are one bare variable, most other templates put one into a text, and
compiling a template takes half a millisecond (measured), which a large playbook would pay some thousand times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from muster.template.environment import Environment, LazyContext

PATH = r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
EXPRESSION = re.compile(r"\{\{ *" + PATH + r" *\}\}", re.ASCII)
# What else in a text is Jinja's: the beginnings of its other tags, and the newlines that it makes into others.
SYNTAX = re.compile(r"\{[{%#]|\{\Z|\r")
CONDITION = re.compile(" *" + PATH + " *", re.ASCII)
# Words that are no names of variables in Jinja.
WORDS = frozenset("true false none True False None and or not in is if else self".split())


class Path:
    """Stands for the compiled template of a dotted name."""

    name = None
    blocks: ClassVar[dict[str, Callable[..., Any]]] = {}

    def __init__(self, environment: Environment, path: str) -> None:
        self.environment = environment
        self.first, *self.steps = path.split(".")

    def root_render_func(self, context: LazyContext) -> Iterator[Any]:
        value = context.resolve(self.first)
        for step in self.steps:
            value = self.environment.getattr(value, step)
        yield self.environment.output(value)


class Text:
    """Stands for the compiled template of a text with dotted names in it."""

    name = None
    blocks: ClassVar[dict[str, Callable[..., Any]]] = {}

    def __init__(self, environment: Environment, pieces: Sequence[str | Path]) -> None:
        self.environment = environment
        self.pieces = pieces

    def root_render_func(self, context: LazyContext) -> Iterator[Any]:
        for piece in self.pieces:
            if isinstance(piece, str):
                yield piece
            else:
                yield from piece.root_render_func(context)


def condition(environment: Environment, text: str) -> Path | None:
    """Return the path that a condition is, or None when it is something else."""
    found = CONDITION.fullmatch(text)
    return Path(environment, found[1]) if found and is_path(found[1]) else None


def template(environment: Environment, text: str) -> Text | None:
    """Return what a text with nothing but dotted names between its braces is; None when there is more to it."""
    # Jinja drops the newline at a text's end.
    pieces = EXPRESSION.split(text.removesuffix("\n"))
    if any(SYNTAX.search(piece) for piece in pieces[::2]) or not all(map(is_path, pieces[1::2])):
        return None
    return Text(environment, [Path(environment, piece) if number % 2 else piece
                              for number, piece in enumerate(pieces) if piece])


def is_path(text: str) -> bool:
    return text.split(".", maxsplit=1)[0] not in WORDS
