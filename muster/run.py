"""The straight line: load, gather, plan, connect, stream, report."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.catalogue import Catalogue, action
from muster.connect.destination import SshConfig
from muster.errors import LoadError, Origin, PlanError
from muster.inventory import gather
from muster.inventory.patterns import select
from muster.library import Library
from muster.load.playbook import load
from muster.load.roles import Roles
from muster.load.yaml import YamlWarning, read_file
from muster.model import Host, Inventory, Layer, Play, Playbook
from muster.plan import Expander, Plan, PlayPlan, Selection, as_list, layers_of, make_plan
from muster.scope import Memory, Scope
from muster.stream.options import Options
from muster.template import OMIT

if TYPE_CHECKING:
    from muster.template.engine import Engine


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    playbook: str
    inventory: tuple[str, ...] = ()
    limit: str | None = None
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    start_at: str | None = None
    output: str = "auto"
    command: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)


def run(request: Request) -> int:
    """Carry a playbook out and return the exit code; raises MusterError for what goes wrong before that."""
    prepared = prepare(request)
    summary = report(request, prepared)
    return int(summary.exit_code)


@dataclass(frozen=True)
class Prepared:
    """A plan and what it was made with."""

    plan: Plan
    catalogue: Catalogue
    engine: Engine
    choose: Callable[[PlayPlan, Inventory], Sequence[Host]]


def prepare(request: Request) -> Prepared:
    """Load, gather and plan: everything that happens before any host is touched."""
    from muster.template.engine import Engine

    directory = str(Path(request.playbook).parent)
    catalogue = Catalogue(Library(task_directories(directory)))
    engine = Engine()
    playbook = load(request.playbook, catalogue)
    inventory = gather(request.inventory, directory)
    planner = Planner(request, engine, catalogue)
    plan = planner.plan(playbook, inventory)
    tell_lacking(catalogue)
    return Prepared(plan, catalogue, engine, lambda play, now: planner.hosts(play.play, now))


def report(request: Request, prepared: Prepared) -> Any:
    """Connect, stream and report; return the summary."""
    from muster.connect.connections import Connections
    from muster.report import reporter
    from muster.stream.run import Run

    options, plan = request.options, prepared.plan
    needed = {step.task.action for play in plan.plays for step in (*play.steps(), *play.handlers)}
    connections = Connections(prepared.catalogue.files({"setup", *needed}))
    carried = Run(plan, prepared.engine, connections, prepared.catalogue.library, action, prepared.choose, options,
                  SshConfig())
    gc.freeze()
    gc.enable()
    with reporter(request.output, sys.stdout, verbosity=options.verbosity, diff=options.diff, check=options.check,
                  command=request.command) as shown:
        for event in carried.stream():
            shown.take(event)
        return shown.finish()


def task_directories(directory: str) -> list[Path]:
    """Return where a user's own task types are: `tasks/` beside the playbook, or beside its folder of playbooks."""
    places = [Path(directory) / "tasks", Path(directory).parent / "tasks"]
    return [place for place in places if place.is_dir() and any(place.glob("*.py"))]


def tell_lacking(catalogue: Catalogue) -> None:
    """Say which task types of the plan muster does not have."""
    for name, places in sorted(catalogue.lacking.items()):
        text = (f"{places[0]}: muster has no task type {name} ({len(places)} task{'s' if len(places) > 1 else ''}); "
                "a host that comes to it will fail there")
        warnings.warn(text, YamlWarning, stacklevel=2)


class Planner:
    """Gives `make_plan` what it needs of the command line, the inventory and the files."""

    def __init__(self, request: Request, engine: Engine, catalogue: Catalogue) -> None:
        self.request = request
        self.engine = engine
        self.catalogue = catalogue
        self.extra = Layer("-e", request.options.extra, "-e")

    def plan(self, playbook: Playbook, inventory: Inventory) -> Plan:
        return make_plan(
            playbook, inventory, self.expander, lambda play: self.hosts(play, inventory), self.layers,
            self.request.start_at,
        )

    def expander(self, play: Play) -> Expander:
        selection = Selection(frozenset(self.request.tags), frozenset(self.request.skip_tags))
        scope = self.scope(layers_of(play.keywords.get("vars"), "play vars"), play)
        return Expander(
            Roles(self.catalogue, play.directory), self.catalogue.signature, selection,
            lambda value, origin: self.engine.render(value, scope, origin),
        )

    def hosts(self, play: Play, inventory: Inventory) -> Sequence[Host]:
        """Return the hosts of a play, the limit applied; warn of parts of its pattern that name nothing."""
        place = play.keywords.origins.get("hosts", play.origin)
        scope = self.scope(layers_of(play.keywords.get("vars"), "play vars"), play)
        pattern = self.engine.render(play.hosts, scope, place)
        found = select(inventory, pattern, self.request.limit)
        for each in found.unmatched:
            text = f'{place}: nothing in the inventory matches "{each.part}"'
            warnings.warn(text + (f"; {each.hint}" if each.hint else ""), YamlWarning, stacklevel=2)
        return found.hosts if play.keywords.get("order", "inventory") == "inventory" else ordered(play, found.hosts)

    def layers(self, play: Play) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
        """Return a play's `vars` and the files it names in `vars_files`."""
        variables = layers_of(play.keywords.get("vars"), "play vars")
        files: tuple[Layer, ...] = ()
        for entry in as_list(play.keywords.get("vars_files")):
            path = self.first_file(entry, play, self.scope((*variables, *files), play))
            files += layers_of(read_variables(path), "vars_files")
        return variables, files

    def first_file(self, entry: Any, play: Play, scope: Scope) -> str:
        """Return the path of an entry of vars_files; of a list of names the first that exists counts."""
        place = play.keywords.origins.get("vars_files", play.origin)
        names = [str(self.engine.render(each, scope, place)) for each in as_list(entry)]
        for name in names:
            path = os.path.join(play.directory, os.path.expanduser(name))
            vars_path = os.path.join(play.directory, "vars", os.path.expanduser(name))
            for candidate in (path, vars_path):
                if os.path.isfile(candidate):
                    return candidate
        raise LoadError(f"there is no file {' or '.join(names)} (vars_files)", place)

    def scope(self, layers: Sequence[Layer], play: Play) -> Scope:
        """Return the variables that are known before any host is: those of the play and of the command line."""
        magic: Mapping[str, Callable[[], Any]] = {
            "playbook_dir": lambda: os.path.abspath(play.directory), "omit": lambda: OMIT}
        nowhere = Memory(Host("localhost"))
        return Scope(self.engine, nowhere, (self.extra, *reversed(layers)), (), magic,
                     lambda kind: [play.directory], lambda: None)


def ordered(play: Play, hosts: Sequence[Host]) -> list[Host]:
    """Return the hosts of a play in the order that `order` names."""
    word = str(play.keywords["order"])
    if word == "reverse_inventory":
        return list(reversed(hosts))
    if word in ("sorted", "reverse_sorted"):
        return sorted(hosts, key=lambda host: host.name, reverse=word.startswith("reverse"))
    if word == "shuffle":
        import random

        return random.sample(list(hosts), len(hosts))
    raise PlanError(f"order: {word!r} is not one of inventory, reverse_inventory, sorted, reverse_sorted, shuffle",
                    play.keywords.origins.get("order"))


def read_variables(path: str) -> Any:
    value = read_file(path)
    if value is not None and not isinstance(value, dict):
        raise LoadError("a file of variables is a mapping", getattr(value, "origin", Origin(path, 1, 1)))
    return value
