"""The keywords of one task on one host, rendered when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muster.errors import Origin, PlanError
from muster.plan import Step
from muster.scope import Scope
from muster.signature import to_bool, to_float
from muster.stream.options import Options
from muster.template import OMIT

if TYPE_CHECKING:
    from muster.template.engine import Engine

POLL = 15  # Any but 0, which is no waiting at all: nothing is polled here, and what has ended is known at once.
LONGEST = 100_000_000  # Seconds of a limit: more than three years.


class Keywords:
    """What holds for a task, from the play down.

    scope: the variables they are rendered with: those of the item inside a loop
    """

    def __init__(self, step: Step, engine: Engine, options: Options, scope: Scope) -> None:
        self.step = step
        self.settings = step.settings
        self.engine = engine
        self.options = options
        self.scope = scope

    def has(self, word: str) -> bool:
        return word in self.settings.values

    def place(self, word: str) -> Origin:
        return self.settings.origin(word, self.step.origin)

    def rendered(self, word: str, default: Any = None) -> Any:
        """Return a keyword's value; the default when it is not given, empty, or comes out as `omit`."""
        if word not in self.settings.values:
            return default
        value, origin = self.settings.values[word]
        if isinstance(value, bool):
            return value
        found = self.engine.render(value, self.scope, origin)
        return default if found is None or found is OMIT else found

    def flag(self, word: str, default: bool = False) -> bool:
        if word not in self.settings.values:
            return default
        found = self.rendered(word, default)
        if isinstance(found, bool):
            return found
        try:
            return to_bool(found)
        except ValueError:
            raise PlanError(f"{word} is yes or no, not {found!r}", self.place(word)) from None

    def number(self, word: str, default: float) -> float:
        if word not in self.settings.values:
            return default
        found = self.rendered(word, default)
        try:
            return to_float(found)
        except ValueError:
            raise PlanError(f"{word} is a number, not {found!r}", self.place(word)) from None

    @property
    def check(self) -> bool:
        return self.flag("check_mode", self.options.check)

    @property
    def diff(self) -> bool:
        return self.flag("diff", self.options.diff)

    @property
    def tolerant(self) -> bool:
        """Whether a failure of a call must not stop what comes after it: it is not (yet) the failure of the task."""
        return self.flag("ignore_errors") or self.has("failed_when") or self.step.retried

    @property
    def limit(self) -> float:
        """How many seconds a task may take; 0 is as many as it takes."""
        background = self.number("async", 0)
        return min(background, LONGEST) if background > 0 else self.timeout

    @property
    def timeout(self) -> float:
        """Return the seconds of `timeout`; raises PlanError for more or fewer than ansible-core 2.19 takes (measured).
        """
        seconds = self.number("timeout", 0)
        if not 0 <= seconds <= LONGEST:
            raise PlanError(f"timeout is a number of seconds from 0 to {LONGEST}, not {seconds:g}",
                            self.place("timeout"))
        return seconds

    @property
    def job(self) -> str:
        """What a call says of its job; nothing for a task without `async`, or with one below 0 (measured, 2.19)."""
        if not (self.has("async") and self.number("async", 0) > 0):
            return ""
        return "watched" if self.number("poll", POLL) > 0 else "background"

    def environment(self) -> dict[str, str]:
        """Return the variables of `environment`, those of the innermost block or task above the others."""
        made: dict[str, str] = {}
        for value, origin in self.settings.environment:
            found = self.engine.render(value, self.scope, origin)
            if found is OMIT:
                continue
            if not isinstance(found, dict):
                raise PlanError(f"environment is a mapping of names to values, not {found!r}", origin)
            made.update({str(name): str(each) for name, each in found.items() if each is not None})
        return made

    def conditions(self, word: str) -> list[Any]:
        """Return the conditions of changed_when, failed_when or until: one, or a list of them."""
        given = self.settings.get(word)
        return given if isinstance(given, list) else [given]

    def holds(self, word: str, scope: Scope) -> bool:
        return all(each if isinstance(each, bool) else self.engine.truth(each, scope, self.place(word))
                   for each in self.conditions(word))
