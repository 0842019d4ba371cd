"""The words of the project as types: what the YAML says, what the inventory says, and what comes back.

Everything here is frozen or treated so: nothing that happens at run time is written into it. Plain values are named
tuples, which take a seventh of the time of a frozen dataclass to be defined (measured, Python 3.11); what
needs a default that is made anew, or is one of its kind whatever it holds (a task, a play), is a dataclass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from muster.errors import Origin

NOTHING: Mapping[str, Any] = MappingProxyType({})


class LocatedDict(dict[Any, Any]):
    """A dictionary out of a file.

    origin: where it begins
    origins: where each key's value stands, {key: Origin}
    keys_at: where each key stands, {key: Origin}
    """

    origin: Origin
    origins: dict[Any, Origin]
    keys_at: dict[Any, Origin]


class LocatedList(list[Any]):
    """A list out of a file, with the `origins` of its elements."""

    origin: Origin
    origins: list[Origin]


class Unsafe(str):
    """Text marked `!unsafe`: it is never rendered, whatever braces it holds."""


class Vaulted:
    """A value marked `!vault`: it is decrypted when it is used, so what is never used needs no password.

    text: in ansible-vault's format
    origin: where it stands
    """

    __slots__ = ("origin", "text")

    def __init__(self, text: str, origin: Origin) -> None:
        self.text = text
        self.origin = origin

    def __repr__(self) -> str:
        return "(an encrypted value)"


class Layer(NamedTuple):
    """Variables of one source.

    rank: its word in the order of precedence ("inventory group_vars/all", "host_vars", ...)
    values: name -> value, untemplated
    source: file it is from, or words such as "-e"
    """

    rank: str
    values: Mapping[str, Any]
    source: str = ""


@dataclass(frozen=True)
class Group:
    """A group of the inventory: names of its own hosts and of its child groups, and the variables given inline."""

    name: str
    hosts: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 1


@dataclass(frozen=True)
class Host:
    """A host of the inventory.

    groups: every group it is in, directly or through children, lowest precedence first, "all" among them
    layers: its variables, lowest precedence first
    """

    name: str
    groups: tuple[str, ...] = ("all", "ungrouped")
    layers: tuple[Layer, ...] = ()

    def get(self, name: str, default: Any = None) -> Any:
        """Return the untemplated value of the highest layer that has this name."""
        for layer in reversed(self.layers):
            if name in layer.values:
                return layer.values[name]
        return default


@dataclass(frozen=True)
class Inventory:
    """Hosts and groups, in the order in which the sources name them.

    directory: of the first source that is a file or directory; empty when there is none
    localhost: the machine muster runs on, which a playbook can name though no source does
    """

    hosts: Mapping[str, Host]
    groups: Mapping[str, Group]
    sources: tuple[str, ...] = ()
    directory: str = ""
    localhost: Host = Host("localhost", ("all",), (Layer("", {"ansible_connection": "local"}, "implicit localhost"),))


@dataclass(frozen=True, eq=False)
class Task:
    """A task as it is written.

    action: name of the task type, without its collection
    args: its arguments, untemplated; `free_form` is the text of `command: echo hi`
    keywords: everything else, as it stands there
    """

    action: str
    args: Mapping[str, Any]
    free_form: str | None
    keywords: LocatedDict
    origin: Origin


@dataclass(frozen=True, eq=False)
class Block:
    """Tasks held together, what to do when one of them fails, and what to do either way."""

    tasks: tuple[Task | Block, ...]
    rescue: tuple[Task | Block, ...]
    always: tuple[Task | Block, ...]
    keywords: LocatedDict
    origin: Origin


@dataclass(frozen=True, eq=False)
class RoleEntry:
    """A role as an entry of `roles:` or of a role's dependencies names it.

    parameters: what is not a keyword: variables for this use of the role
    """

    name: str
    keywords: LocatedDict
    parameters: Mapping[str, Any]
    origin: Origin


@dataclass(frozen=True, eq=False)
class Play:
    """A play as it is written."""

    hosts: Any
    keywords: LocatedDict
    pre_tasks: tuple[Task | Block, ...]
    roles: tuple[RoleEntry, ...]
    tasks: tuple[Task | Block, ...]
    post_tasks: tuple[Task | Block, ...]
    handlers: tuple[Task | Block, ...]
    origin: Origin
    directory: str

    @property
    def name(self) -> str:
        named = self.keywords.get("name")
        hosts = ",".join(map(str, self.hosts)) if isinstance(self.hosts, list) else self.hosts
        return str(named or hosts)


@dataclass(frozen=True, eq=False)
class Playbook:
    """The plays of one file and of those it imports."""

    file: str
    plays: tuple[Play, ...]


class Call(NamedTuple):
    """What goes to a host: a task type and plain arguments, of the right types.

    args: values are plain data; bytes are the content of a file and travel as they are
    tolerant: a failure does not stop what was sent after it
    looped: one of a loop: a failure stops what was sent after the loop
    env: variables for the task's environment
    limit: seconds it may take; 0 is as many as it takes
    job: "watched" when its result shall tell of a job (`async`); "background" when it goes on by itself, and its result
        only says where its own will be
    """

    task: str
    args: Mapping[str, Any] = NOTHING
    check: bool = False
    diff: bool = False
    tolerant: bool = False
    looped: bool = False
    env: Mapping[str, str] = NOTHING
    limit: float = 0
    job: str = ""


class Change(NamedTuple):
    """One alteration that was made or, in check mode, would be: words, text before and after if asked for."""

    what: str
    before: str | None = None
    after: str | None = None


class Result(NamedTuple):
    """The outcome of a task on one host: what `register` keeps, plus the changes made.

    values: what playbooks see: changed, failed, skipped, rc, stdout, msg, results, ...
    body: raw bytes that came along (`slurp`, `fetch`)
    seconds: how long it took on the host
    """

    values: Mapping[str, Any]
    changes: tuple[Change, ...] = ()
    body: bytes = b""
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        return bool(self.values.get("changed"))

    @property
    def failed(self) -> bool:
        """Whether the task has failed: where `failed_when` was asked its answer counts, and `failed` may say otherwise.

        That is so after attempts that were all in vain (`until`); measured with ansible-core 2.19.
        """
        return bool(self.values.get("failed_when_result", self.values.get("failed")))

    @property
    def skipped(self) -> bool:
        return bool(self.values.get("skipped"))

    @property
    def unreachable(self) -> bool:
        return bool(self.values.get("unreachable"))

    @property
    def status(self) -> str:
        """One word: unreachable, failed, skipped, changed or ok."""
        get = self.values.get
        if get("unreachable"):
            return "unreachable"
        if self.failed:
            return "failed"
        return "skipped" if get("skipped") else "changed" if get("changed") else "ok"

    def with_values(self, **values: Any) -> Result:
        return Result({**self.values, **values}, self.changes, self.body, self.seconds)


class Key(NamedTuple):
    """Names one task of the run for reporters: equal for all hosts, ordered as the tasks are."""

    play: int
    batch: int
    position: tuple[int, ...]


class PlayStarted(NamedTuple):
    name: str
    hosts: tuple[str, ...]
    number: int
    batch: int = 0
    batches: int = 1


class TaskStarted(NamedTuple):
    """A host has come to a task; its outcome may be long in coming."""

    host: str
    key: Key
    name: str


class TaskEnded(NamedTuple):
    """A task's outcome on one host.

    item: the loop items of `result.values["results"]` are labelled in `labels`
    fate: what became of a failure: "", "ignored" or "rescued"
    delegate: the host it was carried out on, if that is another
    diff: whether what is altered is to be shown
    """

    host: str
    key: Key
    name: str
    action: str
    origin: Origin
    result: Result
    seconds: float
    fate: str = ""
    handler: bool = False
    labels: tuple[str, ...] = ()
    delegate: str = ""
    diff: bool = False


class Retried(NamedTuple):
    """An attempt has come to nothing, and there will be others (`until`)."""

    host: str
    key: Key
    name: str
    left: int


class Output(NamedTuple):
    """Text that a long task has just printed."""

    host: str
    key: Key
    text: str


class Note(NamedTuple):
    """Something worth knowing that is no outcome of a task."""

    host: str
    text: str


class HostRescued(NamedTuple):
    host: str
    key: Key


class HostLeft(NamedTuple):
    """A host has come to the end of the play, or will take no further part in it.

    why: "ended", "failed" or "unreachable"
    """

    host: str
    play: int
    why: str


class PlayEnded(NamedTuple):
    number: int
    batch: int


# What reporters are told.
Event = PlayStarted | TaskStarted | TaskEnded | Retried | Output | Note | HostRescued | HostLeft | PlayEnded


def walk_strings(value: Any, origin: Origin | None = None) -> Iterator[tuple[str, Origin | None]]:
    """Yield every string inside a value with the nearest place that is known for it."""
    if isinstance(value, str):
        yield value, origin
    elif isinstance(value, dict):
        origins = getattr(value, "origins", {})
        for key, each in value.items():
            yield from walk_strings(each, origins.get(key, origin))
    elif isinstance(value, list):
        places = getattr(value, "origins", [origin] * len(value))
        for each, place in zip(value, places, strict=False):
            yield from walk_strings(each, place)
