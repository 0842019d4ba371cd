"""Tasks in their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from muster.errors import Origin
from muster.load.keywords import taken
from muster.load.roles import Role
from muster.model import LocatedDict, Task
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
    constants: the arguments that are written out, but for lists and mappings: the same for every host, and of the right
        types
    """

    position: Position
    task: Task
    name: str
    settings: Settings
    inherited: Settings
    signature: Signature | None
    role: Role | None
    constants: Mapping[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> Origin:
        return self.task.origin

    @cached_property
    def varying(self) -> LocatedDict:
        """The arguments that are rendered for each host."""
        aliases = self.signature.aliases if self.signature else {}
        return taken(self.task.args, [name for name in self.task.args
                                      if aliases.get(name, name) not in self.constants and name != "_args"])

    @cached_property
    def retried(self) -> bool:
        words = self.task.keywords
        return words.get("until") is not None or words.get("retries") is not None

    @cached_property
    def judged(self) -> bool:
        """Whether the controller has to see the result before it knows whether the task has failed or changed."""
        conditions = [self.settings.values[word][0] for word in ("changed_when", "failed_when")
                      if word in self.settings.values]
        return (self.retried or not all(isinstance(each, bool) for each in conditions)
                or self.settings.get("failed_when") not in (None, False))

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
