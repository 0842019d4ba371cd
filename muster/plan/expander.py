"""From tasks as written to steps: inheritance, roles, imports, tags.

Dynamic includes come back here when their turn has come.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muster.errors import Origin, PlanError, TemplateError, nearest
from muster.load.playbook import as_list
from muster.load.roles import Role, Roles
from muster.model import NOTHING, Block, Layer, RoleEntry, Task
from muster.plan.checks import (
    NOT_ON_IMPORTS,
    check_async,
    check_import,
    check_include,
    check_loop,
    check_meta,
    constants,
)
from muster.plan.selection import Everything, Selection
from muster.plan.settings import Settings, tag_words
from muster.plan.specifications import check_of
from muster.plan.steps import BlockStep, Node, Position, Step, argument_origin
from muster.signature import Signature, templated, to_bool

IMPORTS = ("import_tasks", "import_role")
# What an import keeps for itself instead of handing it down to the tasks it brings.
OF_IMPORTS_ALONE = ("name", "loop_control", "args", "listen", *NOT_ON_IMPORTS)
# Imports inside imports; more are taken for an endless circle.
DEEPEST = 60


class Expander:
    """Turns tasks as written into steps: inheritance, roles, imports, tags, checks of names.

    signatures: function that gives the signature of a task type, or None where muster lacks it
    render: function (value, origin, layers) that renders what must be known before the run, such as names of imported
        files; the layers, lowest first, are those of blocks and roles
    brought: the roles so far; in `reached` what holds for each, and in `given` the `vars` of its entry
    """

    def __init__(
        self,
        roles: Roles,
        signatures: Callable[[str, Origin], Signature | None],
        selection: Selection,
        render: Callable[[Any, Origin, Sequence[Layer]], Any],
    ) -> None:
        self.roles = roles
        self.signatures = signatures
        self.selection = selection
        self.render = render
        self.brought: list[Role] = []
        self.reached: dict[Role, Settings] = {}
        self.given: dict[Role, Any] = {}
        self.handlers: list[tuple[tuple[Task | Block, ...], Settings, Role]] = []

    def expand(
        self, tasks: Sequence[Task | Block], settings: Settings, role: Role | None, position: Position
    ) -> tuple[Node, ...]:
        """Return the steps of a list of tasks; `position` is the place they all come under."""
        nodes: list[Node] = []
        for task in tasks:
            place = (*position, len(nodes))
            if isinstance(task, Block):
                nodes += self.block(task, settings, role, place)
            elif task.action in IMPORTS:
                nodes += self.imported(task, settings, role, place)
            else:
                nodes += self.step(task, settings, role, place)
        return tuple(nodes)

    def block(self, block: Block, settings: Settings, role: Role | None, place: Position) -> list[Node]:
        inner = settings.under(block.keywords, skip=("name",))
        parts = [self.expand(part, inner, role, (*place, number))
                 for number, part in enumerate((block.tasks, block.rescue, block.always))]
        if not (block.rescue or block.always):
            # Nothing to catch and nothing to add: the tasks stand for the block.
            return list(parts[0])
        return [BlockStep(place, str(block.keywords.get("name", "")), *parts)] if any(parts) else []

    def step(self, task: Task, settings: Settings, role: Role | None, place: Position) -> list[Node]:
        own = settings.under(task.keywords, rank="task vars")
        if not self.selection.wants(self.tags(own, role, task.origin)):
            return []
        return [self.made(task, own, settings, role, place)]

    def tags(self, settings: Settings, role: Role | None, origin: Origin) -> frozenset[str]:
        """Return the tags of a task; a template among them is rendered."""
        if not any(map(templated, settings.tags)):
            return settings.tags
        return frozenset(tag_words([
            word for each in settings.tags for word in as_list(self.known(each, origin, settings, role))]))

    def known(self, value: Any, origin: Origin, settings: Settings, role: Role | None, hint: str = "") -> Any:
        """Return a value that must be known before any host is; raises TemplateError, with the hint, if it is not."""
        layers = [*settings.variables, *settings.include]
        for each in (role, *role.parents) if role else ():
            layers = [Layer("role defaults", each.defaults), Layer("role vars", each.variables), *layers,
                      Layer("role parameters", each.parameters)]
        try:
            return self.render(value, origin, layers)
        except TemplateError as error:
            raise TemplateError(error.message, error.origin, error.hint or hint) from None

    def made(self, task: Task, own: Settings, around: Settings, role: Role | None, place: Position) -> Step:
        """Return one step, its task type and the names of its arguments checked."""
        signature = self.signatures(task.action, task.origin)
        name = str(task.keywords.get("name") or "")
        shown = f"{role.name} : {name or task.action}" if role else name or task.action
        check_loop(task)
        check_async(task, signature)
        check_include(task)
        check_meta(task, role)
        found = constants(task, signature, own.module_defaults.get(task.action)) if signature else {}
        return Step(place, task, shown, own, around, signature, role, found)

    def imported(self, task: Task, settings: Settings, role: Role | None, place: Position) -> list[Node]:
        """Return the steps that an import_tasks or import_role stands for: as if they had been written here."""
        check_import(task)
        own = settings.under(task.keywords, skip=OF_IMPORTS_ALONE)
        if task.action == "import_role":
            return list(self.imported_role(task, own, role, place))
        given = task.free_form or task.args["file"]
        hint = "a file to import is settled before any host is known; include_tasks takes one of each host's own"
        file = self.task_path(str(self.known(given, task.origin, own, role, hint)), task, role)
        if len(place) > DEEPEST:
            raise PlanError("this file of tasks imports itself, over and over", task.origin,
                            "include_tasks with a `when` can end it")
        return list(self.expand(self.roles.task_file(file), own, role, place))

    def imported_role(self, task: Task, own: Settings, role: Role | None, place: Position) -> tuple[Node, ...]:
        hint = "a role to import is settled before any host is known; include_role takes one of each host's own"
        args = {key: self.known(value, task.origin, own, role, hint) for key, value in task.args.items()}
        parts = {key: str(value) for key, value in args.items() if key.endswith("_from")}
        parents = (role, *role.parents) if role else ()
        if len(parents) > DEEPEST:
            raise PlanError("this role imports itself, over and over", task.origin,
                            "include_role with a `when` can end it")
        validate = validates(args.get("rolespec_validate"), task)
        name = str(args.get("name", args.get("role")))
        found = self.roles.read(name, task.origin, parents, parts=parts, validate=validate)
        return self.role(found, own, place)

    def role(
        self, role: Role, settings: Settings, place: Position, given: Mapping[str, Any] = NOTHING
    ) -> tuple[Node, ...]:
        """Return the steps of a role and, before them, of the roles it depends on.

        given: the parameters that its entry in `roles:` names
        """
        nodes: list[Node] = []
        for number, entry in enumerate(role.dependencies):
            nodes += self.entry(entry, settings, (*place, 0, number), (role, *role.parents))
        self.brought.append(role)
        self.reached[role] = settings
        if role.handlers:
            self.handlers.append((role.handlers, settings, role))
        tasks = (*check_of(role, given), *role.tasks)
        return (*nodes, *self.expand(tasks, settings, role, (*place, 1)))

    def entry(
        self, entry: RoleEntry, settings: Settings, place: Position, parents: tuple[Role, ...] = ()
    ) -> tuple[Node, ...]:
        """Return the steps of an entry of `roles:`; the same role with the same parameters runs once a play."""
        own = settings.under(entry.keywords, skip=("name",))
        name = str(self.known(entry.name, entry.origin, settings, parents[0] if parents else None))
        role = self.roles.read(name, entry.origin, parents, entry.parameters)
        self.given[role] = entry.keywords.get("vars")
        if self.has_run(role, own):
            return ()
        if any(each.path == role.path for each in parents):
            way = " -> ".join(each.name for each in (*reversed(parents), role))
            raise PlanError(f"the role {role.name} depends on itself", entry.origin, way)
        return self.role(role, own, place, entry.parameters)

    def has_run(self, role: Role, settings: Settings) -> bool:
        """Tell whether a role with the same parameters has been here, under no more conditions than now.

        An earlier one that is skipped, for its `when` or its tags, does not stand for this one.
        """
        if role.allow_duplicates:
            return False
        for each in self.brought:
            before = self.reached[each]
            conditions = {str(condition) for condition, _ in settings.when}
            if (each.path == role.path and each.parameters == role.parameters
                    and self.given.get(each) == self.given[role]
                    and {str(condition) for condition, _ in before.when} <= conditions
                    and (before.tags == settings.tags or self.selection == Selection())):
                return True
        return False

    def task_path(self, name: str, task: Task, role: Role | None) -> str:
        """Return the path of a file of tasks: beside the file that names it, in the role's tasks/, or the play's."""
        beside = os.path.dirname(task.origin.file)
        places = [beside, *(os.path.join(each.path, "tasks") for each in ((role, *role.parents) if role else ())),
                  self.roles.directory]
        for place in places:
            path = os.path.normpath(os.path.join(place, os.path.expanduser(name)))
            if os.path.isfile(path):
                return path
        known = [each for place in places if os.path.isdir(place) for each in os.listdir(place)]
        looked = dict.fromkeys(os.path.abspath(place) for place in places)
        raise PlanError(f"there is no file of tasks {name}", task.origin,
                        nearest(name, known) or f"looked in {', '.join(looked)}")


def validates(value: Any, task: Task) -> bool:
    """Return whether the arguments of a role are to be checked: they are unless `rolespec_validate` says no."""
    try:
        return value is None or to_bool(value)
    except ValueError as error:
        raise PlanError(f"rolespec_validate: {error}", argument_origin(task, "rolespec_validate")) from None


def replace_selection(expander: Expander) -> Expander:
    return Expander(expander.roles, expander.signatures, Everything(), expander.render)
