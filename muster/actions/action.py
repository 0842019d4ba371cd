"""What the controller's half of a task type is written with.

An action is a function whose first parameter is `here` (the task, on its host) and whose others are its arguments:

    @action
    def set_fact(here, **facts): ...

It returns its result as a dictionary, or one `Call`, which is sent ahead like any other task, or it is a generator of
calls, `result = yield Call("stat", {"path": dest})`, tested with `next` and `send` and no host. A generator runs when
everything before it has ended, because it can see that. Tasks that steer the walk return an `Include` or a `Meta`.

    yielded                 sent back in
    Call, Raw, Reconnect    its Result, failed or not
    Carried                 a Result with rc, stdout and stderr
    Download                the Result of its call, after the last piece went into the sink
    a list of calls         a list of their Results, which ends with the first failed one: they are sent without waiting

A host that is lost meanwhile raises its `HostError` at the yield; an action that expects it (`reboot`) may go on.
`Failed`, and an `InputError` (a template or a file with a mistake in it), make the task fail.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar, overload

from muster.errors import Origin
from muster.model import Call
from muster.target.task import task

NOT_FOUND = 127  # What a shell ends with that finds no such command.

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
    delegate: str | None  # The host that it is delegated to.
    directory: str  # Of the playbook; paths of the controller that are relative begin there.

    def render(self, value: Any) -> Any:
        """Return a value with its templates rendered."""

    def truth(self, condition: Any) -> bool:
        """Return whether a condition holds."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of a bare expression; raises TemplateError, for something undefined UndefinedVariable."""

    def variable(self, name: str, default: Any = None) -> Any:
        """Return a variable's value."""

    def render_file(self, path: str, name: str = "", extra: Mapping[str, Any] | None = None, **options: Any) -> str:
        """Return the text of a template file, rendered; `name` is what the task calls it, `extra` more variables."""

    def find(self, kind: str, name: str) -> str:
        """Return the path of a file or directory of the role or the play; raises Failed naming where it was looked for.

        kind: "files", "templates" or "vars"
        name: a path that is absolute, or begins with ~, stands for itself
        """

    def read_yaml(self, path: str) -> Any:
        """Return the untemplated document in a YAML or JSON file; raises LoadError."""

    def note(self, text: str) -> None:
        """Tell the reader something while the task runs."""

    def ask(self, prompt: str, echo: bool) -> str | None:
        """Return the line that the reader types; off a terminal tell the prompt as a note and return None at once.

        Everything sent to the host has ended before, as it has before `sleep`.
        """

    def sleep(self, seconds: float) -> None:
        """Wait, and let other hosts work meanwhile."""

    def is_local(self, host: str) -> bool:
        """Tell whether the task's own host, or the one it is delegated to, is this machine (`connection: local`)."""

    def login(self) -> str:
        """Return the name of the user who logs in on the host."""


class Raw(NamedTuple):
    """Yielded for a command line that the login's shell runs without any Python: gives a Result with rc, stdout..."""

    command: str


class Reconnect(NamedTuple):
    """Yielded to close every session of the host and log in anew; gives a Result.

    timeout: seconds until giving up
    pause: seconds between two attempts
    connect_timeout: seconds that one attempt may take; None for what holds for every login of the run
    """

    timeout: float
    pause: float = 1.0
    connect_timeout: float | None = None


class Carried(NamedTuple):
    """Yielded for a program of the controller's that speaks with one on the task's own host: gives rc, stdout...

    Where the host has no such program rc is NOT_FOUND.

    argv: the program and its arguments, in which any name may stand for the host
    variable: of the environment, in which the program looks for the remote shell to use
    as_login: the user who logs in runs the other program, whatever `become` says
    """

    argv: tuple[str, ...]
    variable: str
    as_login: bool = False


class Download(NamedTuple):
    """Yielded for a call whose file comes in pieces: each is given to `sink` as it arrives; gives the Result."""

    call: Call
    sink: Callable[[bytes], None]


@dataclass(frozen=True)
class Include:
    """Tasks to go on with: a file, or a role.

    file: of the tasks, when it is a file
    role: name, when it is a role; `parts` then tells which of its files ("tasks_from", ...)
    apply: keywords for every task of it
    public: what comes after sees the role's defaults and variables
    allow_duplicates: run the role even if this play has run it on this host already
    validate: check the role's arguments first
    """

    file: str | None = None
    role: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    apply: Any = None
    public: bool = False
    allow_duplicates: bool = True
    validate: bool = True


class Meta(NamedTuple):
    """A word that steers the walk: flush_handlers, end_host, ..."""

    word: str


@dataclass(frozen=True)
class NewHost:
    """A host, or membership in groups, for the inventory from here on.

    parents: groups that the `groups`, where they are new, are children of
    """

    name: str
    groups: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[str, ...] = ("all",)


Steps = Generator[Any, Any, Any]
Outcome = dict[str, Any] | Call | Include | Meta | NewHost | Steps


@overload
def action(function: Function) -> Function: ...


@overload
def action(**flags: Any) -> Callable[[Function], Function]: ...


def action(function: Any = None, **flags: Any) -> Any:
    """Mark the function of a file that is the action; flags as for `task`, and

    host_half: the task type whose arguments it takes in addition to its own (through `**rest`)
    hides: those of them that only the action gives
    once: true where it is carried out once a batch, for all of its hosts
    """
    return task(function, **flags) if function else task(**flags)
