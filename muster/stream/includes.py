"""Dynamic includes: the tasks that an include_tasks or include_role stands for, on one host."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from muster.actions.action import Include
from muster.errors import PlanError
from muster.load.keywords import BLOCK, check_keywords
from muster.model import Layer
from muster.plan import Node, Position, Settings, Step

if TYPE_CHECKING:
    from muster.stream.run import Run
    from muster.stream.walk import Walk

DEEPEST = 60


class Includes:
    """What one host includes in one play.

    used: paths of the roles that were used so far
    """

    def __init__(self, run: Run, walk: Walk) -> None:
        self.run = run
        self.walk = walk
        self.expander = walk.play.expander
        self.used = {role.path for role in walk.play.roles}

    def nodes(self, step: Step, wanted: Include, layer: Layer | None, item: int) -> tuple[str, Sequence[Node]]:
        """Return the file or the role that is included, and the tasks to go on with; raises InputError for what is
        wrong with them.

        layer: the item, in a loop; `item` its number
        """
        if len(step.position) > 3 * DEEPEST:
            name = wanted.file or wanted.role
            raise PlanError(f"{name} is included {DEEPEST} times inside itself or others", step.origin,
                            "an include of itself needs a `when` that ends it")
        settings = self.settings(step, wanted, layer)
        if wanted.role:
            return wanted.role, self.role(step, wanted, settings, item)
        self.walk.settle_here()
        path = self.expander.task_path(str(wanted.file), step.task, step.role)
        tasks = self.expander.roles.task_file(path)
        place = self.run.place_of_include(step.position, item, path)
        expand = functools.partial(self.expander.expand, tasks, settings, step.role, place)
        return os.path.abspath(path), self.expanded(expand, public=True)

    def settings(self, step: Step, wanted: Include, layer: Layer | None) -> Settings:
        """Return what the tasks inherit: what is around the include, its `vars`, the loop's item, and `apply`."""
        settings = step.inherited
        for each in step.settings.variables:
            if each.rank == "task vars":
                settings = settings.for_include(Layer("include parameters", each.values, each.source))
        settings = settings.for_include(layer)
        if wanted.apply:
            apply = self.run.located(wanted.apply, step.origin)
            check_keywords(apply, BLOCK, "apply")
            settings = settings.under(apply)
        return settings

    def role(self, step: Step, wanted: Include, settings: Settings, item: int) -> Sequence[Node]:
        parents = (step.role, *step.role.parents) if step.role else ()
        role = self.expander.roles.read(str(wanted.role), step.origin, parents, parts=wanted.parts,
                                         validate=wanted.validate)
        if not wanted.allow_duplicates:
            self.walk.ahead.drain()
            if role.path in self.used:
                return ()
        self.used.add(role.path)
        place = self.run.place_of_include(step.position, item, role.path)
        return self.expanded(lambda: self.expander.role(role, settings, place), wanted.public)

    def expanded(self, expand: object, public: bool) -> Sequence[Node]:
        """Expand, and take over the handlers and (if they are public) the variables of the roles that came along."""
        assert callable(expand)
        expander = self.expander
        with self.run.expanding:
            handlers, brought = len(expander.handlers), len(expander.brought)
            try:
                nodes: Sequence[Node] = expand()
            finally:
                new_handlers, roles = expander.handlers[handlers:], expander.brought[brought:]
                del expander.handlers[handlers:], expander.brought[brought:]
        if new_handlers or (public and roles):
            # What comes before must have ended: a failure there would mean that these were never brought.
            self.walk.ahead.drain()
        if public:
            self.walk.scopes.public += roles
        # A file is read once a run, so tasks that are the same are out of the same file.
        known = {id(step.role.handlers) for step in self.walk.handlers.steps if step.role}
        for tasks, settings, role in new_handlers:
            if id(tasks) not in known:
                steps = self.run.expand_handlers(self.walk.play, tasks, settings, role, self.handler_place())
                self.walk.handlers.add(steps)
        return nodes

    def handler_place(self) -> Position:
        return (9, len(self.walk.handlers.steps))
