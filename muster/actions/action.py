"""What the controller's half of a task type is written with.

An action is a function whose first parameter is `here` (the task, on its host) and whose others are its arguments:

    @action
    def set_fact(here, **facts): ...

It returns its result as a dictionary, or one `Call`, which is sent ahead like any other task, or it is a generator of
calls, `result = yield Call("stat", {"path": dest})`, tested with `next` and `send` and no host. A generator runs when
everything before it has ended, because it can see that. Tasks that steer the walk return an `Include` or a `Meta`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from muster.errors import Origin
from muster.model import Call, Result
from muster.target.task import task

Function = TypeVar("Function", bound=Callable[..., Any])


class Failed(Exception):
    """The task fails, with a message and fields for its result."""

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class Here(Protocol):
    """What an action may know of the task it carries out and ask of the run."""

    host: str
    check: bool
    diff: bool
    verbosity: int
    origin: Origin

    def render(self, value: Any) -> Any:
        """Return a value with its templates rendered."""

    def truth(self, condition: Any) -> bool:
        """Return whether a condition holds."""

    def variable(self, name: str, default: Any = None) -> Any:
        """Return a variable's value."""

    def render_file(self, path: str, **options: Any) -> str:
        """Return the text of a template file, rendered."""

    def find(self, kind: str, name: str) -> str:
        """Return the path of a file of the role or the play; raises Failed naming where it was looked for."""

    def login(self) -> str:
        """Return the name of the user who logs in on the host."""


@dataclass(frozen=True)
class Raw:
    """Yielded for a command line that the login's shell runs without any Python: gives a Result with rc, stdout..."""

    command: str


@dataclass(frozen=True)
class Reconnect:
    """Yielded to close every session of the host and log in anew within so many seconds; gives a Result."""

    timeout: float
    pause: float = 1.0


@dataclass(frozen=True)
class Include:
    """Tasks to go on with: a file, or a role.

    file: of the tasks, when it is a file
    role: name, when it is a role; `parts` then tells which of its files ("tasks_from", ...)
    apply: keywords for every task of it
    """

    file: str | None = None
    role: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    apply: Any = None
    public: bool = False


@dataclass(frozen=True)
class Meta:
    """A word that steers the walk: flush_handlers, end_host, ..."""

    word: str


@dataclass(frozen=True)
class NewHost:
    """A host, or membership in groups, for the inventory from here on."""

    name: str
    groups: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)


Steps = Generator[Any, Result, Any]
Outcome = dict[str, Any] | Call | Include | Meta | NewHost | Steps


def action(function: Function | None = None, **flags: Any) -> Any:
    """Mark the function of a file that is the action; flags as for `task`, and

    host_half: the task type whose arguments it takes in addition to its own (through `**rest`)
    """
    return task(function, **flags) if function else task(**flags)
