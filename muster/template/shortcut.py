"""Templates that are one dotted name, `{{ item.path }}`, evaluated without compiling.

About half of all conditions in public roles are one bare variable, and compiling a template takes half a millisecond
(measured), which a large playbook would pay some thousand times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from muster.template.environment import Environment, LazyContext

PATH = r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
EXPRESSION = re.compile(r"\{\{ *" + PATH + r" *\}\}", re.ASCII)
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


def shortcut(environment: Environment, pattern: re.Pattern[str], text: str) -> Path | None:
    """Return the path that the text is (by `EXPRESSION` or `CONDITION`), or None when it is something else."""
    found = pattern.fullmatch(text)
    return Path(environment, found[1]) if found and found[1].split(".")[0] not in WORDS else None
