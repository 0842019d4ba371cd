"""Tasks in their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from muster.errors import Origin
from muster.load.roles import Role
from muster.model import Task
from muster.plan.settings import Settings
from muster.signature import Signature

Position = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """A task in its place.

    position: orders all steps of a play, those of includes too
    name: untemplated, "role : task" inside a role
    signature: None for a task type that muster lacks
    inherited: settings of what is around it, which an include hands down
    """

    position: Position
    task: Task
    name: str
    settings: Settings
    inherited: Settings
    signature: Signature | None
    role: Role | None

    @property
    def origin(self) -> Origin:
        return self.task.origin

    def argument_origin(self, name: str) -> Origin:
        """Return where an argument stands, or the task."""
        return argument_origin(self.task, name)


@dataclass(frozen=True, eq=False)
class BlockStep:
    """A block in its place; one without rescue and always has been dissolved into its tasks."""

    position: Position
    name: str
    steps: tuple[Step | BlockStep, ...]
    rescue: tuple[Step | BlockStep, ...]
    always: tuple[Step | BlockStep, ...]


Node = Step | BlockStep


def flat(nodes: Iterable[Node]) -> Iterator[Step]:
    """Return the steps of nodes and of the blocks among them, in order."""
    for node in nodes:
        if isinstance(node, Step):
            yield node
        else:
            for part in (node.steps, node.rescue, node.always):
                yield from flat(part)


def argument_origin(task: Task, name: str) -> Origin:
    """Return where an argument stands, or the task."""
    return getattr(task.args, "keys_at", {}).get(name, task.origin)  # type: ignore[no-any-return]
