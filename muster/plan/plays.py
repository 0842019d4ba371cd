"""Plans: plays with their hosts and numbered tasks."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from muster.errors import PlanError, nearest
from muster.load.keywords import taken
from muster.load.roles import Role, located
from muster.load.shapes import described
from muster.model import Host, Inventory, Layer, Play, Playbook, Task
from muster.plan.batches import batches
from muster.plan.expander import Expander, replace_selection
from muster.plan.settings import Settings
from muster.plan.steps import BlockStep, Node, Position, Step, flat
from muster.plan.vars_files import HostsFile
from muster.signature import templated, to_bool

# These add hosts, or groups of them, that a later play may name.
ADDING = ("add_host", "group_by")
# The first number of the position of the task that gathers facts.
GATHERING = 0


@dataclass(frozen=True, eq=False)
class PlayPlan:
    """A play with its hosts and numbered tasks.

    sections: pre_tasks, roles and tasks, post_tasks; handlers run after each
    files: those of `vars_files`, and of each host's own what says where it is
    roles: every role it uses by `roles:` or import, whose variables the whole play sees
    """

    play: Play
    settings: Settings
    hosts: tuple[Host, ...]
    batches: tuple[tuple[Host, ...], ...]
    sections: tuple[tuple[Node, ...], ...]
    handlers: tuple[Step, ...]
    roles: tuple[Role, ...]
    variables: tuple[Layer, ...]
    files: tuple[Layer | HostsFile, ...]
    expander: Expander

    def steps(self) -> Iterator[Step]:
        """Return all steps that are known before the run, without handlers."""
        for section in self.sections:
            yield from flat(section)


@dataclass(frozen=True, eq=False)
class Plan:
    """All plays."""

    plays: tuple[PlayPlan, ...]
    inventory: Inventory

    @property
    def hosts(self) -> tuple[Host, ...]:
        return tuple({host.name: host for play in self.plays for host in play.hosts}.values())


def make_plan(
    playbook: Playbook,
    inventory: Inventory,
    expander_for: Callable[[Play], Expander],
    choose: Callable[[Play, bool], Sequence[Host]],
    layers: Callable[[Play], tuple[tuple[Layer, ...], tuple[Layer | HostsFile, ...]]],
    start_at: str | None = None,
) -> Plan:
    """Return the plan.

    expander_for: gives each play its expander
    choose: gives the hosts of a play, the limit applied; it is told whether plays before may add hosts
    layers: gives a play's `vars` and `vars_files`
    start_at: name (or glob) of the task to start at
    """
    plays: list[PlayPlan] = []
    growing = False
    for play in playbook.plays:
        plays.append(plan_play(play, choose(play, growing), expander_for(play), layers(play)))
        growing = growing or any(step.task.action in ADDING for step in plays[-1].steps())
    if start_at:
        plays = started_at(plays, start_at)
    return Plan(tuple(plays), inventory)


def plan_play(
    play: Play, hosts: Sequence[Host], expander: Expander,
    layers: tuple[tuple[Layer, ...], tuple[Layer | HostsFile, ...]],
) -> PlayPlan:
    keywords = taken(play.keywords, [key for key in play.keywords if key not in ("name", "vars")])
    settings = Settings().under(keywords)
    pre = expander.expand(play.pre_tasks, settings, None, (1,))
    roles: list[Node] = []
    for number, entry in enumerate(play.roles):
        roles += expander.entry(entry, settings, (2, 0, number))
    tasks = expander.expand(play.tasks, settings, None, (2, 1))
    post = expander.expand(play.post_tasks, settings, None, (3,))
    return PlayPlan(
        play=play, settings=settings, hosts=tuple(hosts), batches=batches(play, hosts, expander),
        sections=((*gathering(play, settings, expander), *pre), (*roles, *tasks), post),
        handlers=all_handlers(play, settings, expander), roles=tuple(expander.brought),
        variables=layers[0], files=layers[1], expander=expander,
    )


def gathering(play: Play, settings: Settings, expander: Expander) -> tuple[Node, ...]:
    """Return the task that gathers facts, which every play begins with unless it says otherwise.

    It runs whatever tags are asked for, except in a play that has tags of its own: it has them too.
    """
    words = play.keywords
    wanted = words.get("gather_facts")
    if templated(wanted):
        wanted = expander.known(wanted, words.origins["gather_facts"], settings, None)
    try:
        if wanted is not None and not to_bool(wanted):
            return ()
    except ValueError:
        place = words.origins["gather_facts"]
        raise PlanError(f"gather_facts is yes or no; this is {described(wanted)}", place) from None
    origin = words.origins.get("gather_facts", play.origin)
    names = ("gather_subset", "gather_timeout", "fact_path")
    args = located({name: words[name] for name in names if name in words}, origin)
    tags = {} if settings.tags else {"tags": ["always"]}
    keywords = located({"name": "Gathering Facts", **tags}, origin)
    return expander.expand((Task("setup", args, None, keywords, origin),), settings, None, (GATHERING,))


def is_gathering(step: Step) -> bool:
    """Tell whether this is the task with which a play begins: gathering facts."""
    return step.position[0] == GATHERING


def all_handlers(play: Play, settings: Settings, expander: Expander) -> tuple[Step, ...]:
    """Return handlers in the order in which they run: roles' first, then the play's. Tags do not count for them."""
    every = replace_selection(expander)
    found: list[Step] = []
    unique = {(role.path, id(tasks), repr(role.parameters), repr(expander.given.get(role))): (tasks, own, role)
              for tasks, own, role in expander.handlers}
    for tasks, own, role in unique.values():
        found += flat(every.expand(tasks, own, role, (9, len(found))))
    found += flat(every.expand(play.handlers, settings, None, (9, len(found))))
    return tuple(found)


def started_at(plays: list[PlayPlan], name: str) -> list[PlayPlan]:
    """Return the plays without what comes before the task of this name."""
    for number, play in enumerate(plays):
        for step in play.steps():
            words = (step.name, str(step.task.keywords.get("name") or ""))
            if any(word == name or fnmatch.fnmatch(word, name) for word in words):
                sections = tuple(tuple(after(section, step.position)) for section in play.sections)
                return [replace(play, sections=sections), *plays[number + 1 :]]
    known = [str(step.task.keywords.get("name") or step.name) for play in plays for step in play.steps()]
    raise PlanError(f'no task is called "{name}"', None, nearest(name, known))


def after(nodes: Iterable[Node], position: Position) -> Iterator[Node]:
    """Yield what is at a position or after it; facts are gathered all the same."""
    for node in nodes:
        if isinstance(node, BlockStep):
            steps, rescue, always = (tuple(after(part, position)) for part in (node.steps, node.rescue, node.always))
            if steps or rescue or always:
                yield replace(node, steps=steps, rescue=rescue, always=always)
        elif node.position >= position or is_gathering(node):
            yield node
