"""The handlers of a play on one host: who is meant by a name, and who has been notified."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from muster.errors import InputError, Origin, PlanError, nearest
from muster.plan import Step, as_list


class Handlers:
    """Handlers in the order in which they are defined, which is the order in which they run.

    render: function (value, step) that renders the name of a handler
    notified: those that were, and have not been run since
    running: whether they are being run at the moment
    """

    def __init__(self, steps: Iterable[Step], render: Callable[[Any, Step], Any]) -> None:
        self.steps = list(steps)
        self.render = render
        self.notified: set[Step] = set()
        self.running = False

    def add(self, steps: Iterable[Step]) -> None:
        """Add handlers that a role brought which was included."""
        self.steps += steps

    def called(self, names: Iterable[str], place: Origin) -> list[Step]:
        """Return the handlers that are meant; a name that none answers to is an error: it raises PlanError."""
        found: list[Step] = []
        for name in names:
            meant = self.meant(name)
            if not meant:
                known = [each for step in self.steps for each in (*self.names(step), *topics(step))]
                raise PlanError(f'no handler is called "{name}"', place, nearest(name, known))
            found += meant
        return found

    def meant(self, name: str) -> list[Step]:
        """Return all handlers that listen to a topic of this name, and the last defined one that is called so."""
        called = [step for step in self.steps if name in self.names(step)]
        return [step for step in self.steps if step in called[-1:] or name in topics(step)]

    def names(self, step: Step) -> list[str]:
        """Return what a handler is called: its name, alone and after its role's, which may have a collection."""
        given = step.task.keywords.get("name")
        if not given:
            return []
        try:
            own = str(self.render(given, step))
        except InputError:
            own = str(given)  # What is undefined in a name matters only to those who would use it.
        if not step.role:
            return [own]
        return [own, *dict.fromkeys(f"{role} : {own}" for role in (step.role.name, step.role.short_name))]

    def due(self) -> Iterable[Step]:
        """Yield those that were notified, each once; one may notify those after it."""
        for step in list(self.steps):
            if step in self.notified:
                self.notified.discard(step)
                yield step


def topics(step: Step) -> list[str]:
    return [str(each) for each in as_list(step.task.keywords.get("listen"))]
