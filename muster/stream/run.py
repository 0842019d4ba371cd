"""The run: plays one after the other, batches one after the other, the hosts of a batch side by side in threads.

Events come back through one queue to the thread that iterates over `stream`, which alone reports.
"""

from __future__ import annotations

import queue
import threading
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from muster.actions.action import NewHost
from muster.connect.connections import Connections
from muster.connect.destination import SshConfig
from muster.errors import InternalError, Origin
from muster.library import Library
from muster.load.roles import located
from muster.model import Event, Group, Host, Inventory, Layer, LocatedDict, PlayEnded, PlayStarted
from muster.plan import Expander, Plan, PlayPlan, Step, batches, flat, replace_selection
from muster.stream.batch import Batch
from muster.stream.hands import Hands
from muster.stream.options import Options
from muster.stream.scopes import DIALECT, Fleet
from muster.stream.walk import Walk
from muster.template import OMIT

if TYPE_CHECKING:
    from muster.template.engine import Engine


class Run:
    """Everything the walks of a run share."""

    def __init__(
        self, plan: Plan, engine: Engine, connections: Connections, library: Library,
        actions: Callable[[str], Callable[..., Any] | None], choose: Callable[[PlayPlan, Inventory], Sequence[Host]],
        options: Options, config: SshConfig,
    ) -> None:
        self.plan = plan
        self.engine = engine
        self.connections = connections
        self.library = library
        self.actions = actions
        self.choose = choose
        self.options = options
        self.config = config
        self.fleet = Fleet(plan.inventory, engine, options.extra)
        self.events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self.emit = self.events.put
        self.slots = threading.Semaphore(max(options.forks, 1))
        self.all_hands: dict[str, Hands] = {}
        self.guard = threading.Lock()
        self.expanding = threading.RLock()
        self.expander: Expander
        self.gone: set[str] = set()
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
        self.expander = play.expander
        if self.changed_inventory:
            hosts = self.choose(play, self.fleet.inventory)
            play = replace(play, hosts=tuple(hosts), batches=batches(play.play, hosts))
        for turn, hosts in enumerate(play.batches):
            names = tuple(host.name for host in hosts if host.name not in self.gone)
            self.emit(PlayStarted(play.play.name, names, number, turn, len(play.batches)))
            batch = self.batch(number, play, turn, names)
            self.emit(PlayEnded(number, turn))
            self.gone |= batch.failed | batch.unreachable
            if names and not batch.alive():
                return False
        return True

    def batch(self, number: int, play: PlayPlan, turn: int, names: tuple[str, ...]) -> Batch:
        """Walk the hosts of a batch, as many at a time as there are slots."""
        batch = Batch(names, self.slots)
        threads = []
        for name in names:
            self.slots.acquire()
            if self.bug:
                self.slots.release()
                batch.leave(name, "failed")
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
            batch.stop("bug")
        finally:
            self.slots.release()

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

    def expand_handlers(self, tasks: Any, settings: Any, role: Any, number: int) -> list[Step]:
        with self.expanding:
            return list(flat(replace_selection(self.expander).expand(tasks, settings, role, (9, number))))

    def located(self, values: Mapping[str, Any], origin: Origin) -> LocatedDict:
        return values if isinstance(values, LocatedDict) else located(values, origin)

    def add_host(self, wanted: NewHost) -> None:
        """Add a host, or its membership in groups, to the inventory."""
        with self.guard:
            inventory = self.fleet.inventory
            known = inventory.hosts.get(wanted.name) or Host(wanted.name, ("all",))
            groups = tuple(dict.fromkeys((*(g for g in known.groups if g != "ungrouped"), *wanted.groups)))
            layer = (Layer("inventory", wanted.variables, "add_host"),) if wanted.variables else ()
            host = replace(known, groups=groups or ("all", "ungrouped"), layers=(*known.layers, *layer))
            self.fleet.inventory = replace(inventory, hosts=ChainMap({wanted.name: host}, inventory.hosts),
                                           groups=with_member(inventory.groups, wanted))
            if wanted.name in self.fleet.memories:
                self.fleet.memories[wanted.name].host = host
            self.changed_inventory = True

    def magic_of(self, name: str) -> dict[str, Callable[[], Any]]:
        """Return the magic names that hold for a host in any play."""
        options, fleet = self.options, self.fleet
        sources = fleet.inventory.sources
        return {
            "inventory_hostname": lambda: name,
            "inventory_hostname_short": lambda: name.split(".")[0],
            "group_names": lambda: sorted(group for group in fleet.host(name).groups if group != "all"),
            "groups": fleet.groups,
            "inventory_dir": lambda: fleet.inventory.directory,
            "inventory_file": lambda: sources[0] if sources else None,
            "ansible_check_mode": lambda: options.check,
            "ansible_diff_mode": lambda: options.diff,
            "ansible_verbosity": lambda: options.verbosity,
            "ansible_forks": lambda: options.forks,
            "ansible_version": lambda: DIALECT,
            "ansible_run_tags": lambda: list(options.tags) or ["all"],
            "ansible_skip_tags": lambda: list(options.skip_tags),
            "omit": lambda: OMIT,
        }


def with_member(groups: Mapping[str, Group], wanted: NewHost) -> dict[str, Group]:
    """Return the groups with a host added; a new group is a child of all."""
    made = dict(groups)
    for name in wanted.groups or ("ungrouped",):
        group = made.get(name) or Group(name)
        if wanted.name not in group.hosts:
            made[name] = replace(group, hosts=(*group.hosts, wanted.name))
    new = tuple(name for name in made if name not in groups)
    made["all"] = replace(made["all"], children=(*made["all"].children, *new))
    return made


def internal(error: BaseException, host: str) -> BaseException:
    """Return a bug of ours as an InternalError, with the trace for the report."""
    if isinstance(error, (InternalError, KeyboardInterrupt)):
        return error
    made = InternalError(f"{host}: {type(error).__name__}: {error}")
    made.__cause__ = error
    return made

