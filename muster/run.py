"""The straight line: load, gather, plan, connect, stream, report."""

from __future__ import annotations

import functools
import gc
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from muster.catalogue import OF_VOLUMES, Catalogue, action, instead
from muster.config import Config
from muster.connect.ssh_config import SshConfig
from muster.errors import InventoryError, Origin, PlanError, UndefinedVariable
from muster.foreign import Foreign
from muster.inventory import gather
from muster.inventory.patterns import Unmatched, select
from muster.library import Library
from muster.load.configured import with_defaults
from muster.load.playbook import load
from muster.load.prompts import read_prompts
from muster.load.roles import Roles
from muster.load.shapes import ORDERS, described
from muster.load.yaml import YamlWarning
from muster.model import Host, Inventory, Layer, Play, Playbook
from muster.plan import Expander, HostsFile, Plan, PlayPlan, Selection, as_list, layer_of, layers_of, make_plan
from muster.plan.prompting import Ask, answers
from muster.scope import Memory, Scope
from muster.stream.options import Options
from muster.template import OMIT

if TYPE_CHECKING:
    from muster.template.engine import Engine


# How many more objects than before there are when garbage is looked for. With Python's own 700, that was a tenth of a
# run's processor time: Fabric and Jinja are loaded while hosts are on their way to answer, and all they make stays.
GARBAGE = 200_000


# The settings that say which outcomes `-o ansible` tells.
SHOWN = {"skipped": "display_skipped_hosts", "ok": "display_ok_hosts"}


@dataclass(frozen=True)
class Request:
    """What the command line asks for, on top of what is configured.

    ask: asks the reader the questions of `vars_prompt`; None where nothing is going to be run
    strict: a condition that is neither true nor false is an error
    """

    playbooks: tuple[str, ...]
    inventory: tuple[str, ...] = ()
    limit: str | None = None
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    start_at: str | None = None
    output: str = "auto"
    command: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    ask: Ask | None = None
    config: Config = field(default_factory=Config)
    strict: bool = False


def run(request: Request) -> int:
    """Carry a playbook out and return the exit code; raises MusterError for what goes wrong before that."""
    prepared = prepare(request)
    summary = report(request, prepared)
    gc.freeze()  # On its way out Python looks for garbage twice more.
    return int(summary.exit_code)


class Prepared(NamedTuple):
    """A plan and what it was made with."""

    plan: Plan
    catalogue: Catalogue
    engine: Engine
    choose: Callable[[PlayPlan, Inventory], Sequence[Host]]
    gather: Callable[[], Inventory]


def prepare(request: Request) -> Prepared:
    """Load, gather and plan: everything that happens before any host is touched."""
    from muster.template.engine import Engine

    directories = list(dict.fromkeys(os.path.dirname(playbook) or "." for playbook in request.playbooks)) or ["."]
    library = Library([place for each in directories for place in task_directories(each)])
    config = request.config
    catalogue = Catalogue(library, Foreign(directories, config))
    engine = Engine(request.strict, extensions=config["jinja2_extensions"], managed=config["ansible_managed"],
                    folders={"filter": config["filter_plugins"], "test": config["test_plugins"]})
    if config["jinja2_extensions"]:
        _ = engine.templates  # So that one that cannot be loaded is told before any host is touched.
    playbook = with_defaults(load(request.playbooks, catalogue), config)
    inventories = functools.partial(gather, request.inventory, directories[0], config)
    inventory = inventories()
    planner = Planner(request, engine, catalogue)
    plan = planner.plan(playbook, inventory)
    tell_lacking(catalogue)
    if plan.plays:
        tell_empty(plan, request)
    return Prepared(plan, catalogue, engine, lambda play, now: planner.hosts(play.play, now), inventories)


def report(request: Request, prepared: Prepared) -> Any:
    """Connect, stream and report; return the summary."""
    from muster.connect.connections import Connections
    from muster.report import reporter
    from muster.stream.run import Run

    options, plan = request.options, prepared.plan
    needed = {step.task.action for play in plan.plays for step in (*play.steps(), *play.handlers)}
    connections = Connections(prepared.catalogue.files({"setup", *needed}))
    carried = Run(plan, prepared.engine, connections, prepared.catalogue.library, action, prepared.choose, options,
                  SshConfig(), prepared.gather)
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()
    with reporter(request.output, sys.stdout, verbosity=options.verbosity, diff=options.diff, check=options.check,
                  command=request.command, context=request.config["diff_context"],
                  hidden=[word for word, setting in SHOWN.items() if not request.config[setting]]) as shown:
        for event in carried.stream():
            shown.take(event)
        return shown.finish()


def scopes_of(prepared: Prepared, options: Options, host: str) -> Iterator[tuple[str, Scope]]:
    """Yield what each play is called that a host is in, and the variables that all of its tasks see.

    A plan without plays has the inventory's alone, under an empty name.
    """
    from muster.stream.magic import of_host
    from muster.stream.scopes import Fleet, PlayScopes

    fleet = Fleet(prepared.plan.inventory, prepared.engine, options)
    magic = of_host(host, fleet, options)
    if not prepared.plan.plays:
        yield "", fleet.scope(host, magic, lambda: None)
    for play in prepared.plan.plays:
        if any(each.name == host for each in play.hosts):
            scopes = PlayScopes(fleet, play, host, magic, lambda: None, lambda step, directory: {})
            yield play.play.name, scopes.of_all_tasks()


def task_directories(directory: str) -> list[Path]:
    """Return where a user's own task types are: `tasks/` beside the playbook, or beside its folder of playbooks."""
    places = [Path(directory) / "tasks", Path(directory) / ".." / "tasks"]
    return [place for place in places if place.is_dir() and any(place.glob("*.py"))]


def tell_lacking(catalogue: Catalogue) -> None:
    """Say which task types of the plan muster does not have; raise PlanError for one that is a module for Ansible.

    Nobody but its owner can make something of such a module, and a role that brings one hangs on it: its hosts would be
    left half done.
    """
    for name, places in sorted(catalogue.lacking.items()):
        tasks = f"{len(places)} task{'s' if len(places) > 1 else ''}"
        if file := catalogue.foreign.own.get(name):
            raise PlanError(f"{name} ({tasks}) is a module written for Ansible, which muster does not run: {file}",
                            places[0], f"write it anew as a task type of your own, tasks/{name}.py, see README")
        text = f"{places[0]}: muster has no task type {name} ({tasks}); a host that comes to it will fail there"
        if name in OF_VOLUMES:
            text += f"; {instead(name)}"
        warnings.warn(text, YamlWarning, stacklevel=2)


def tell_empty(plan: Plan, request: Request) -> None:
    """Say so when there is nothing to do on any host."""
    if plan.hosts:
        return
    if request.inventory:
        text = "no play has a host to run on" + (f' within the limit "{request.limit}"' if request.limit else "")
    else:
        text = "there is no inventory (-i), so localhost is the only host, and not one of \"all\""
    warnings.warn(text, YamlWarning, stacklevel=2)


class Planner:
    """Gives `make_plan` what it needs of the command line, the inventory and the files."""

    def __init__(self, request: Request, engine: Engine, catalogue: Catalogue) -> None:
        self.request = request
        self.engine = engine
        self.catalogue = catalogue
        self.extra = Layer("-e", request.options.extra, "-e")
        self.files: dict[tuple[str, bool], Any] = {}
        self.layers_of_plays: dict[Play, tuple[tuple[Layer, ...], tuple[Layer | HostsFile, ...]]] = {}

    def plan(self, playbook: Playbook, inventory: Inventory) -> Plan:
        for play in playbook.plays:
            self.engine.custom.add(os.path.abspath(play.directory))
        return make_plan(
            playbook, inventory, self.expander, lambda play, growing: self.hosts(play, inventory, growing), self.layers,
            self.request.start_at,
        )

    def expander(self, play: Play) -> Expander:
        selection = Selection(frozenset(self.request.tags), frozenset(self.request.skip_tags))

        def render(value: Any, origin: Origin, layers: Sequence[Layer]) -> Any:
            return self.engine.render(value, self.scope((*self.known(play), *layers), play), origin)

        collections = tuple(map(str, as_list(play.keywords.get("collections"))))
        roles = Roles(self.catalogue, play.directory, self.files, self.request.config, collections,
                      self.engine.custom.add)
        return Expander(roles, self.catalogue.signature, selection, render)

    def known(self, play: Play) -> tuple[Layer, ...]:
        """Return the variables of a play that are known before any host is, lowest first."""
        variables, files = self.layers(play)
        return (*variables, *(each for each in files if isinstance(each, Layer)))

    def hosts(self, play: Play, inventory: Inventory, growing: bool = False) -> Sequence[Host]:
        """Return the hosts of a play, the limit applied; warn of parts of its pattern that name nothing.

        growing: they may yet come to be, so there is nothing to warn of
        """
        place = play.keywords.origins.get("hosts", play.origin)
        pattern = self.engine.render(play.hosts, self.scope(self.known(play), play), place)
        for each in as_list(pattern):
            if not isinstance(each, str):
                what = f"a list with {described(each)} in it" if isinstance(pattern, list) else described(each)
                raise PlanError(f"hosts is a pattern or a list of patterns; this is {what}", place,
                                "a name that looks like a number, or like yes or no, is quoted")
        found = select(inventory, as_list(pattern), self.request.limit, place)
        for each in found.unmatched if not growing else ():
            self.tell_mismatch(each, place)
        return found.hosts if play.keywords.get("order", "inventory") == "inventory" else ordered(play, found.hosts)

    def tell_mismatch(self, part: Unmatched, place: Origin) -> None:
        """Warn of a part of a pattern that names nothing, or whatever else is configured for it."""
        text, how = f'nothing in the inventory matches "{part.part}"', self.request.config["host_pattern_mismatch"]
        if how == "error":
            raise InventoryError(text, place, part.hint)
        if how == "warning":
            warnings.warn(f"{place}: {text}" + (f"; {part.hint}" if part.hint else ""), YamlWarning, stacklevel=2)

    def layers(self, play: Play) -> tuple[tuple[Layer, ...], tuple[Layer | HostsFile, ...]]:
        """Return a play's `vars` and the files it names in `vars_files`."""
        if play not in self.layers_of_plays:
            self.layers_of_plays[play] = self.read_layers(play)
        return self.layers_of_plays[play]

    def read_layers(self, play: Play) -> tuple[tuple[Layer, ...], tuple[Layer | HostsFile, ...]]:
        place = play.keywords.origins.get("vars_prompt", play.origin)
        prompts = read_prompts(play.keywords.get("vars_prompt"), place)
        asked = answers(prompts, self.request.options.extra, self.request.ask)
        variables = (*layers_of(play.keywords.get("vars"), "play vars"), *layers_of(asked, "vars_prompt"))
        files: tuple[Layer | HostsFile, ...] = ()
        for entry in as_list(play.keywords.get("vars_files")):
            known = [each for each in files if isinstance(each, Layer)]
            files += self.files_of(entry, play, self.scope((*variables, *known), play))
        return variables, files

    def files_of(self, entry: Any, play: Play, scope: Scope) -> tuple[Layer | HostsFile, ...]:
        """Return the variables of an entry of vars_files; of a list of names the first that exists counts."""
        file = HostsFile(entry, play.keywords.origins.get("vars_files", play.origin))
        try:
            return layer_of(file, play, scope)
        except UndefinedVariable:
            return (file,)

    def scope(self, layers: Sequence[Layer], play: Play) -> Scope:
        """Return the variables that are known before any host is; the layers come lowest first, -e is above them."""
        magic: Mapping[str, Callable[[], Any]] = {
            "playbook_dir": lambda: os.path.abspath(play.directory), "omit": lambda: OMIT}
        nowhere = Memory(Host("localhost"))
        below = [layer for layer in layers if layer.rank == "role defaults"]
        above = [layer for layer in layers if layer.rank != "role defaults"]
        return Scope(self.engine, nowhere, (self.extra, *reversed(above)), reversed(below), magic,
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
    raise PlanError(f'order "{word}" is not known', play.keywords.origins.get("order"),
                    f"there are {', '.join(ORDERS)}")
