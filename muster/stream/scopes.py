"""What variables a host sees: the layers of a play put together, for one host at one task."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from muster.inventory.members import members
from muster.inventory.patterns import LOCALHOST
from muster.load.roles import Role
from muster.model import Host, Inventory, Layer
from muster.plan import HostsFile, PlayPlan, Settings, Step
from muster.scope import Memory, Past, Scope
from muster.stream.hosts_file import FileOfHost
from muster.stream.options import Options

if TYPE_CHECKING:
    from muster.template.engine import Engine


class Fleet:
    """What all walks of a run share about hosts: the inventory as it is now, and what each host has learned."""

    def __init__(self, inventory: Inventory, engine: Engine, options: Options) -> None:
        self.inventory = inventory
        self.engine = engine
        self.options = options
        self.extra = Layer("-e", options.extra, "-e")
        self.memories: dict[str, Memory] = {}
        self.listed: tuple[Inventory | None, dict[str, list[str]]] = (None, {})

    def memory(self, host: str) -> Memory:
        known = self.memories.get(host)
        return known or self.memories.setdefault(host, self.recalled(host))

    def recalled(self, host: str) -> Memory:
        """Return what is known of a host at the beginning: the facts that earlier runs have kept."""
        cache = self.options.cache
        made = Memory(self.host(host), self.options.inject_facts, cache and functools.partial(cache.keep, host))
        if cache:
            made.recall(cache.load(host))
        return made

    def host(self, name: str) -> Host:
        """Return a host of the inventory; a name that is not in it stands for itself, localhost for this machine."""
        known = self.inventory.hosts.get(name)
        if known:
            return known
        if name in LOCALHOST and self.inventory.localhost:
            return replace(self.inventory.localhost, name=name)
        return Host(name)

    def groups(self) -> dict[str, list[str]]:
        """Return {group: names of its hosts in the order of the inventory}, all and ungrouped among them."""
        inventory, listed = self.listed
        if inventory is not self.inventory:
            inventory = self.inventory
            order = {name: number for number, name in enumerate(inventory.hosts)}
            listed = {name: sorted(members(inventory.groups, name), key=lambda host: order.get(host, 0))
                      for name in inventory.groups}
            self.listed = inventory, listed
        return listed

    def scope(
        self, host: str, magic: Mapping[str, Callable[[], Any]], settle: Callable[[], None],
        place: tuple[int, ...] | None = None,
    ) -> Scope:
        """Return the variables of a host outside any play: its inventory, facts and what was set for it.

        place: sees it as it was before it came to this place of the play that it is in
        """
        memory = self.memory(host)
        stores: list[Mapping[str, Any]] = [memory.set, memory.included]
        if place is not None:
            stores = [Past(memory, memory.set, place), Past(memory, memory.included, place)]
        above = (self.extra, Layer("set_fact and register", stores[0]), Layer("include_vars", stores[1]))
        return Scope(self.engine, memory, above, reversed(memory.host.layers), magic, lambda kind: [], settle)


def of_play(fleet: Fleet, play: PlayPlan) -> Scope:
    """Return the variables that a play has whatever the host: for keywords that hold for all of its hosts."""
    files = [each for each in reversed(play.files) if isinstance(each, Layer)]
    above = (fleet.extra, *files, *reversed(play.variables))
    nowhere = Memory(Host("localhost"))
    return Scope(fleet.engine, nowhere, above, (), {}, lambda kind: [play.play.directory], lambda: None)


def role_chain(role: Role | None) -> tuple[Role, ...]:
    return (role, *role.parents) if role else ()


class PlayScopes:
    """The layers of one play on one host.

    magic: the names that hold in the whole play on this host; `of_step` gives those that hold for a task
    """

    def __init__(
        self, fleet: Fleet, play: PlayPlan, host: str, magic: Mapping[str, Callable[[], Any]],
        settle: Callable[[], None], of_step: Callable[[Step, str], Mapping[str, Callable[[], Any]]],
    ) -> None:
        self.fleet = fleet
        self.of_step = of_step
        self.memory = fleet.memory(host)
        self.magic = magic
        self.settle = settle
        self.directory = play.play.directory
        self.files: list[FileOfHost] = []
        self.public: list[Role] = list(play.roles)
        self.own = (Layer("set_fact and register", self.memory.set), Layer("include_vars", self.memory.included))
        files = [each if isinstance(each, Layer) else self.layer_of(each, play) for each in reversed(play.files)]
        self.of_play = (*files, *reversed(play.variables))
        self.last: tuple[Step, Host, int, int, Scope] | None = None

    def layer_of(self, file: HostsFile, play: PlayPlan) -> Layer:
        """Return the layer of a file that is this host's own."""
        self.files.append(FileOfHost(file, play, self.of_all_tasks))
        return Layer("vars_files", self.files[-1], str(file.entry))

    def at(self, step: Step) -> Scope:
        """Return the scope of a task, before any loop: that of the task before it where both see the same layers."""
        host, public = self.memory.host, len(self.public)
        files = sum(each.known is not None for each in self.files) if self.files else 0
        if self.last:
            before, host_then, public_then, files_then, scope = self.last
            if alike(before, step) and host is host_then and public == public_then and files == files_then:
                return scope
        scope = self.made(step)
        self.last = step, host, public, files, scope
        return scope

    def find_files(self) -> None:
        """Look for the files of variables that this host has of its own; raises InputError for what is wrong there."""
        for file in self.files:
            file.values_now()

    def of_all_tasks(self) -> Scope:
        """Return what every task of the play sees, whatever it has for itself."""
        return self.put_together(Settings(), None, self.magic, lambda kind: [self.directory])

    def made(self, step: Step) -> Scope:
        magic = {**self.magic, **self.of_step(step, self.directory)}
        return self.put_together(step.settings, step.role, magic, lambda kind: self.paths(step, kind))

    def put_together(
        self, settings: Settings, role: Role | None, magic: Mapping[str, Callable[[], Any]],
        paths: Callable[[str], list[str]],
    ) -> Scope:
        roles = role_chain(role)
        others = [role for role in reversed(self.public) if role not in roles]
        above = (
            self.fleet.extra,
            *reversed(settings.include),
            *(Layer("role parameters", role.parameters, role.path) for role in roles if role.parameters),
            *self.own,
            *reversed(settings.variables),
            *(Layer("role vars", role.variables, role.path) for role in (*roles, *others) if role.variables),
            *self.of_play,
        )
        below = (
            *reversed(self.memory.host.layers),
            *(Layer("role defaults", role.defaults, role.path) for role in (*roles, *others) if role.defaults),
        )
        return Scope(self.fleet.engine, self.memory, above, below, magic, paths, self.settle)

    def paths(self, step: Step, kind: str) -> list[str]:
        """Return where files of a kind ("files", "templates", "vars") are looked for: role, then parents, then play."""
        beside = os.path.dirname(step.task.origin.file)
        found = [os.path.join(role.path, kind) for role in role_chain(step.role)]
        found += [role.path for role in role_chain(step.role)[:1]]
        found += [os.path.join(beside, kind), beside, os.path.join(self.directory, kind), self.directory]
        return list(dict.fromkeys(os.path.normpath(each) for each in found))


def alike(one: Step, other: Step) -> bool:
    """Tell whether two tasks of a play see the same variables, and files at the same places."""
    return (one.role is other.role and one.settings.variables is other.settings.variables
            and one.settings.include is other.settings.include and one.origin.file == other.origin.file)


class HostVars(Mapping[str, Any]):
    """`hostvars`: the variables of every host, seen from one that may have to wait for the others.

    scope_of: function that gives a host's scope, having waited until it has come as far as the one that asks
    """

    def __init__(self, fleet: Fleet, scope_of: Callable[[str], Scope]) -> None:
        self.fleet = fleet
        self.scope_of = scope_of

    def __getitem__(self, name: str) -> ScopeMapping:
        if name not in self.fleet.inventory.hosts and name not in self.fleet.memories and name != "localhost":
            raise KeyError(name)
        return ScopeMapping(self.scope_of(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.fleet.inventory.hosts)

    def __len__(self) -> int:
        return len(self.fleet.inventory.hosts)


class ScopeMapping(Mapping[str, Any]):
    """A scope as a mapping: `hostvars[host]` and `vars`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __getitem__(self, name: str) -> Any:
        return self.scope.get(name)

    def __contains__(self, name: object) -> bool:
        try:
            return name in self.scope.magic or bool(self.scope.find(str(name)))
        except KeyError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self.scope.names()))

    def __len__(self) -> int:
        return len(list(iter(self)))
