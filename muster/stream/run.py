"""The run: plays one after the other, batches one after the other, the hosts of a batch side by side in threads.

Events come back through one queue to the thread that iterates over `stream`, which alone reports.
"""

from __future__ import annotations

import contextlib
import functools
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from muster.actions.action import NewHost
from muster.connect.connections import Connections
from muster.connect.ssh_config import SshConfig
from muster.errors import InputError, InternalError, Origin, PlanError
from muster.inventory.joined import joined
from muster.library import Library
from muster.load.roles import Role, located
from muster.model import Event, Host, Inventory, LocatedDict, PlayEnded, PlayStarted
from muster.plan import Plan, PlayPlan, Position, Settings, Step, batches, flat, replace_selection
from muster.secrets import SECRETS
from muster.stream.batch import START, Batch
from muster.stream.hands import Hands
from muster.stream.magic import Magic, of_host
from muster.stream.masking import Shown
from muster.stream.options import Options
from muster.stream.scopes import Fleet, of_play
from muster.stream.walk import Walk

if TYPE_CHECKING:
    from muster.template.engine import Engine


class Run:
    """Everything the walks of a run share."""

    def __init__(
        self, plan: Plan, engine: Engine, connections: Connections, library: Library,
        actions: Callable[[str], Callable[..., Any] | None], choose: Callable[[PlayPlan, Inventory], Sequence[Host]],
        options: Options, config: SshConfig, gather: Callable[[], Inventory] | None = None,
    ) -> None:
        """gather: reads the inventory anew; by default it stays as it is"""
        self.plan = plan
        self.engine = engine
        self.connections = connections
        self.library = library
        self.actions = actions
        self.choose = choose
        self.options = options
        self.config = config
        self.fleet = Fleet(plan.inventory, engine, options)
        self.events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self.shown = Shown(SECRETS)
        self.slots = threading.Semaphore(max(options.forks, 1))
        self.all_hands: dict[str, Hands] = {}
        self.guard = threading.Lock()
        self.expanding = threading.RLock()
        self.included: dict[Position, list[str]] = {}
        self.gone: set[str] = set()
        self.gather = gather or (lambda: plan.inventory)
        self.added: list[NewHost] = []
        self.changed_inventory = False
        self.bug: BaseException | None = None

    def stream(self) -> Iterator[Event]:
        """Carry the plan out and yield events as they come; raises InternalError for a bug of ours, at the end."""
        director = threading.Thread(target=self.direct, name="muster-plays", daemon=True)
        director.start()
        while (event := self.events.get()) is not None:
            yield event
        director.join()
        if self.bug:
            raise self.bug

    def direct(self) -> None:
        """Go through the plays; always ends the stream."""
        try:
            for number, play in enumerate(self.plan.plays):
                if not self.play(number, play):
                    break
        except BaseException as error:  # Handed to the main thread, which reports it.
            self.bug = error
        finally:
            for hands in self.all_hands.values():
                hands.close()
            self.connections.close()
            self.events.put(None)

    def play(self, number: int, play: PlayPlan) -> bool:
        """Carry one play out, batch by batch; return whether to go on with the next."""
        self.included.clear()
        if self.changed_inventory:
            hosts = self.choose(play, self.fleet.inventory)
            play = replace(play, hosts=tuple(hosts), batches=batches(play.play, hosts, play.expander))
        for turn, hosts in enumerate(play.batches or ((),)):
            names = tuple(host.name for host in hosts if host.name not in self.gone)
            self.emit(PlayStarted(self.name_of(play), names, number, turn, len(play.batches)))
            batch = self.batch(number, play, turn, names)
            self.emit(PlayEnded(number, turn))
            self.gone |= batch.failed | batch.unreachable
            if batch.stopped == "failed" or (names and not batch.alive()):
                return False
            if batch.stopped == "end_play":
                break
        return True

    def name_of(self, play: PlayPlan) -> str:
        """Return a play's name, rendered where that is possible: it is only shown."""
        name = play.play.name
        with contextlib.suppress(InputError):
            name = str(self.engine.render(name, of_play(self.fleet, play), play.play.origin))
        return name

    def batch(self, number: int, play: PlayPlan, turn: int, names: tuple[str, ...]) -> Batch:
        """Walk the hosts of a batch, as many at a time as there are slots."""
        batch = Batch(names, self.slots, self.tolerated(play))
        threads = []
        for name in names:
            self.slots.acquire()
            if self.bug:
                self.slots.release()
                batch.leave(name)
                continue
            thread = threading.Thread(target=self.walk, args=(number, play, batch, turn, name), name=name, daemon=True)
            threads.append(thread)
            thread.start()
        for thread in threads:
            thread.join()
        if self.bug:
            raise self.bug
        return batch

    def walk(self, number: int, play: PlayPlan, batch: Batch, turn: int, name: str) -> None:
        try:
            Walk(self, play, number, batch, turn, name).go()
        except BaseException as error:
            if self.bug is None:
                self.bug = internal(error, name)
            batch.stop("bug", START)
        finally:
            batch.leave(name)
            self.slots.release()

    def emit(self, event: Event) -> None:
        """Tell reporters of an event, without anything that is secret."""
        if self.shown.idle:
            self.events.put(event)
            return
        for each in self.shown.of(event):
            self.events.put(each)

    def hands(self, host: str) -> Hands:
        with self.guard:
            if host not in self.all_hands:
                self.all_hands[host] = Hands(host, self.connections, self.options.connection, self.config)
            return self.all_hands[host]

    def lockstep(self, play: PlayPlan) -> bool:
        """Tell whether all hosts go through a play side by side, task by task."""
        words = play.play.keywords
        asked = str(words.get("strategy", "")).rpartition(".")[2] == "linear"
        fatal = bool(words.get("any_errors_fatal")) or words.get("max_fail_percentage") is not None
        return asked or fatal or any(step.settings.get("any_errors_fatal") for step in play.steps())

    def expand_handlers(
        self, play: PlayPlan, tasks: Any, settings: Settings, role: Role, place: Position
    ) -> list[Step]:
        with self.expanding:
            return list(flat(replace_selection(play.expander).expand(tasks, settings, role, place)))

    def located(self, values: Mapping[str, Any], origin: Origin) -> LocatedDict:
        return values if isinstance(values, LocatedDict) else located(values, origin)

    def add_host(self, wanted: NewHost) -> None:
        """Add a host, or its membership in groups, to the inventory."""
        with self.guard:
            self.added.append(wanted)
            self.take_inventory(added(self.fleet.inventory, wanted))

    def refresh_inventory(self) -> None:
        """Read the inventory anew; hosts that were added stay. The next play is the first to have it.

        Raises InputError for what is wrong in its files.
        """
        inventory = self.gather()
        with self.guard:
            self.take_inventory(functools.reduce(added, self.added, inventory))

    def take_inventory(self, inventory: Inventory) -> None:
        self.fleet.inventory = inventory
        for name, memory in self.fleet.memories.items():
            memory.host = inventory.hosts.get(name, memory.host)
        self.changed_inventory = True

    def tolerated(self, play: PlayPlan) -> float | None:
        """Return max_fail_percentage of a play, None when it has none; raises InputError when it is no number."""
        words = play.play.keywords
        if words.get("max_fail_percentage") is None:
            return None
        place = words.origins["max_fail_percentage"]
        given = self.engine.render(words["max_fail_percentage"], of_play(self.fleet, play), place)
        try:
            return float(str(given).rstrip("% "))
        except ValueError:
            raise PlanError(f"max_fail_percentage is a number, not {given!r}", place) from None

    def forgive(self, play: PlayPlan, batch: Batch) -> None:
        """Let the failed hosts of a play take part again, from the next play on."""
        batch.forgive()
        self.gone -= {host.name for host in play.hosts}

    def place_of_include(self, position: Position, item: int, path: str) -> Position:
        """Return the place of the tasks of an include.

        Hosts may include different files at one place; each file has a number of its own there, so that hosts meet,
        and are reported together, only where they do the same.
        """
        with self.guard:
            files = self.included.setdefault((*position, item), [])
            if path not in files:
                files.append(path)
            return (*position, item, files.index(path))

    def magic_of(self, name: str) -> Magic:
        return of_host(name, self.fleet, self.options)


def added(inventory: Inventory, wanted: NewHost) -> Inventory:
    return joined(inventory, wanted.name, wanted.groups, wanted.parents, wanted.variables)


def internal(error: BaseException, host: str) -> BaseException:
    """Return a bug of ours as an InternalError, with the trace for the report."""
    if isinstance(error, (InternalError, KeyboardInterrupt)):
        return error
    made = InternalError(f"{host}: {type(error).__name__}: {error}")
    made.__cause__ = error
    return made

