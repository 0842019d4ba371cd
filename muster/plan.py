"""From a playbook and an inventory to a plan: roles expanded, tags and limit applied, every name checked.

Names are settled here, values when a task is sent. What a task inherits from its blocks, roles and play is put
together once (`Settings`), so that nothing has to climb a tree at run time. Dynamic includes come back here, to
`Expander`, when their turn has come.
"""

from __future__ import annotations

import fnmatch
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from muster.errors import Origin, PlanError, TemplateError, nearest
from muster.library import short_name
from muster.load.roles import Role, Roles, located
from muster.load.shapes import described
from muster.load.yaml import YamlWarning
from muster.model import Block, Host, Inventory, Layer, LocatedDict, Play, Playbook, RoleEntry, Task
from muster.signature import MISSING, Argument, Signature, templated, to_bool

Position = tuple[int, ...]
CHAINED = ("when", "tags", "vars", "environment", "notify", "module_defaults")
# What an include keeps for itself instead of handing it down to the tasks it brings.
OF_INCLUDES_ALONE = ("name", "loop_control", "delay", "args", "listen")
IMPORTS = ("import_tasks", "import_role")
# Keywords that would have no effect on an import, which is no task of its own.
NOT_ON_IMPORTS = ("loop", "until", "retries", "register", "changed_when", "failed_when")
# The first number of the position of the task that gathers facts.
GATHERING = 0
# Imports inside imports; more are taken for an endless circle.
DEEPEST = 60


@dataclass(frozen=True, eq=False)
class Settings:
    """The keywords that hold for a task, from the play down.

    values: nearest wins: {keyword: (value, origin)}
    when: conditions, outermost first, each with its place
    variables: layers of blocks and tasks, outermost first; `include` those that includes were given
    """

    values: Mapping[str, tuple[Any, Origin]] = field(default_factory=dict)
    when: tuple[tuple[Any, Origin], ...] = ()
    tags: frozenset[str] = frozenset()
    variables: tuple[Layer, ...] = ()
    include: tuple[Layer, ...] = ()
    environment: tuple[tuple[Any, Origin], ...] = ()
    notify: tuple[Any, ...] = ()
    module_defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def get(self, keyword: str, default: Any = None) -> Any:
        return self.values[keyword][0] if keyword in self.values else default

    def origin(self, keyword: str, default: Origin) -> Origin:
        return self.values[keyword][1] if keyword in self.values else default

    def under(self, keywords: LocatedDict, rank: str = "block vars", skip: Sequence[str] = ()) -> Settings:
        """Return the settings of something inside that has these keywords of its own."""
        own = {key: (value, keywords.origins.get(key, keywords.origin)) for key, value in keywords.items()
               if key not in CHAINED and key not in skip}
        when = as_places(keywords, "when") if "when" not in skip else ()
        variables = keywords.get("vars")
        return replace(
            self,
            values={**self.values, **own},
            when=self.when + when,
            tags=self.tags | frozenset(tag_words(keywords.get("tags"))),
            variables=self.variables + layers_of(variables, rank),
            environment=self.environment + as_places(keywords, "environment"),
            notify=self.notify + tuple(as_list(keywords.get("notify"))),
            module_defaults={**self.module_defaults, **defaults_of_types(keywords)},
        )

    def for_include(self, layer: Layer | None) -> Settings:
        """Return what the tasks of a dynamic include inherit: what is above it, not its own keywords, but its vars."""
        return replace(self, include=(*self.include, layer) if layer else self.include)


def as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def as_places(keywords: LocatedDict, key: str) -> tuple[tuple[Any, Origin], ...]:
    """Return the entries of a keyword that may be a list, each with its place."""
    value = keywords.get(key)
    place = keywords.origins.get(key, keywords.origin)
    if isinstance(value, list):
        return tuple(zip(value, getattr(value, "origins", [place] * len(value)), strict=True))
    return () if value is None else ((value, place),)


def layers_of(variables: Any, rank: str) -> tuple[Layer, ...]:
    source = str(getattr(variables, "origin", "")).rpartition(":")[0]
    return tuple(Layer(rank, each, source) for each in as_list(variables) if each)


def tag_words(value: Any) -> list[str]:
    """Return tags as words; a text may hold several, with commas between, but a template stays in one piece."""
    texts = [str(each) for each in as_list(value)]
    words = [word for text in texts for word in ([text] if templated(text) else text.split(","))]
    return [word.strip() for word in words if word.strip()]


def defaults_of_types(keywords: LocatedDict) -> dict[str, Any]:
    """Return `module_defaults` by the short names of task types; those of whole groups are not known, and told so."""
    found: dict[str, Any] = {}
    for mapping in as_list(keywords.get("module_defaults")):
        for key, value in mapping.items():
            place = mapping.keys_at.get(key, keywords.origins.get("module_defaults"))
            if str(key).startswith("group/"):
                warnings.warn(f"{place}: defaults for groups of task types ({key}) have no effect in muster; "
                              "name the task types", YamlWarning, stacklevel=2)
            elif value is not None and not isinstance(value, dict) and not templated(value):
                raise PlanError(f"the defaults of {key} are a mapping of arguments; this is {described(value)}",
                                mapping.origins.get(key, place))
            else:
                found[short_name(str(key))] = value or {}
    return found


@dataclass(frozen=True, eq=False)
class Step:
    """A task in its place.

    position: orders all steps of a play, those of includes too
    name: untemplated, "role : task" inside a role
    signature: None for a task type that muster lacks
    inherited: settings of what is around it, which an include hands down
    """

    position: Position
    task: Task
    name: str
    settings: Settings
    inherited: Settings
    signature: Signature | None
    role: Role | None

    @property
    def origin(self) -> Origin:
        return self.task.origin

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


@dataclass(frozen=True)
class Selection:
    """Which tasks were asked for."""

    tags: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()

    def wants(self, tags: frozenset[str]) -> bool:
        """Tell whether a task with these tags runs.

        >>> Selection(frozenset({"web"})).wants(frozenset({"web", "never"}))
        True
        """
        own = tags or frozenset({"untagged"})
        asked = self.tags or frozenset({"all"})
        if "never" not in own:
            asked |= {"always"}
            wanted = "all" in asked or ("tagged" in asked and bool(tags)) or bool(asked & own)
        else:
            wanted = bool(asked & own) or "always" in own
        skipped = bool(self.skip & own) or ("tagged" in self.skip and bool(tags))
        return wanted and not skipped and ("all" not in self.skip or "always" in own)


@dataclass(frozen=True, eq=False)
class PlayPlan:
    """A play with its hosts and numbered tasks.

    sections: pre_tasks, roles and tasks, post_tasks; handlers run after each
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
    files: tuple[Layer, ...]
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


def flat(nodes: Iterable[Node]) -> Iterator[Step]:
    """Return the steps of nodes and of the blocks among them, in order."""
    for node in nodes:
        if isinstance(node, Step):
            yield node
        else:
            for part in (node.steps, node.rescue, node.always):
                yield from flat(part)


class Expander:
    """Turns tasks as written into steps: inheritance, roles, imports, tags, checks of names.

    signatures: function that gives the signature of a task type, or None where muster lacks it
    render: function (value, origin, layers) that renders what must be known before the run, such as names of imported
        files; the layers, lowest first, are those of blocks and roles
    brought: the roles so far, and in `reached` what holds for each
    """

    def __init__(
        self,
        roles: Roles,
        signatures: Callable[[str, Origin], Signature | None],
        selection: Selection,
        render: Callable[[Any, Origin, Sequence[Layer]], Any],
    ) -> None:
        self.roles = roles
        self.signatures = signatures
        self.selection = selection
        self.render = render
        self.brought: list[Role] = []
        self.reached: dict[Role, Settings] = {}
        self.handlers: list[tuple[tuple[Task | Block, ...], Settings, Role]] = []

    def expand(
        self, tasks: Sequence[Task | Block], settings: Settings, role: Role | None, position: Position
    ) -> tuple[Node, ...]:
        """Return the steps of a list of tasks; `position` is the place they all come under."""
        nodes: list[Node] = []
        for task in tasks:
            place = (*position, len(nodes))
            if isinstance(task, Block):
                nodes += self.block(task, settings, role, place)
            elif task.action in IMPORTS:
                nodes += self.imported(task, settings, role, place)
            else:
                nodes += self.step(task, settings, role, place)
        return tuple(nodes)

    def block(self, block: Block, settings: Settings, role: Role | None, place: Position) -> list[Node]:
        inner = settings.under(block.keywords, skip=("name",))
        parts = [self.expand(part, inner, role, (*place, number))
                 for number, part in enumerate((block.tasks, block.rescue, block.always))]
        if not (block.rescue or block.always):
            # Nothing to catch and nothing to add: the tasks stand for the block.
            return list(parts[0])
        return [BlockStep(place, str(block.keywords.get("name", "")), *parts)] if any(parts) else []

    def step(self, task: Task, settings: Settings, role: Role | None, place: Position) -> list[Node]:
        own = settings.under(task.keywords, rank="task vars")
        if not self.selection.wants(self.tags(own, role, task.origin)):
            return []
        return [self.made(task, own, settings, role, place)]

    def tags(self, settings: Settings, role: Role | None, origin: Origin) -> frozenset[str]:
        """Return the tags of a task; a template among them is rendered."""
        if not any(map(templated, settings.tags)):
            return settings.tags
        return frozenset(tag_words([
            word for each in settings.tags for word in as_list(self.known(each, origin, settings, role))]))

    def known(self, value: Any, origin: Origin, settings: Settings, role: Role | None, hint: str = "") -> Any:
        """Return a value that must be known before any host is; raises TemplateError, with the hint, if it is not."""
        layers = [*settings.variables, *settings.include]
        for each in (role, *role.parents) if role else ():
            layers = [Layer("role defaults", each.defaults), Layer("role vars", each.variables), *layers,
                      Layer("role parameters", each.parameters)]
        try:
            return self.render(value, origin, layers)
        except TemplateError as error:
            raise TemplateError(error.message, error.origin, error.hint or hint) from None

    def made(self, task: Task, own: Settings, around: Settings, role: Role | None, place: Position) -> Step:
        """Return one step, its task type and the names of its arguments checked."""
        signature = self.signatures(task.action, task.origin)
        name = str(task.keywords.get("name") or "")
        shown = f"{role.name} : {name or task.action}" if role else name or task.action
        step = Step(place, task, shown, own, around, signature, role)
        check_loop(task)
        if signature:
            check_arguments(step, signature)
        return step

    def imported(self, task: Task, settings: Settings, role: Role | None, place: Position) -> list[Node]:
        """Return the steps that an import_tasks or import_role stands for: as if they had been written here."""
        check_import(task)
        own = settings.under(taken_without_vars(task.keywords), skip=OF_INCLUDES_ALONE)
        layers = layers_of(task.keywords.get("vars"), "include parameters")
        own = replace(own, include=own.include + layers)
        if task.action == "import_role":
            return list(self.imported_role(task, own, role, place))
        given = task.free_form or task.args["file"]
        hint = "a file to import is settled before any host is known; include_tasks takes one of each host's own"
        file = self.task_path(str(self.known(given, task.origin, own, role, hint)), task, role)
        if len(place) > DEEPEST:
            raise PlanError("this file of tasks imports itself, over and over", task.origin,
                            "include_tasks with a `when` can end it")
        return list(self.expand(self.roles.task_file(file), own, role, place))

    def imported_role(self, task: Task, own: Settings, role: Role | None, place: Position) -> tuple[Node, ...]:
        hint = "a role to import is settled before any host is known; include_role takes one of each host's own"
        args = {key: self.known(value, task.origin, own, role, hint) for key, value in task.args.items()}
        parts = {key: str(value) for key, value in args.items() if key.endswith("_from")}
        parents = (role, *role.parents) if role else ()
        if len(parents) > DEEPEST:
            raise PlanError("this role imports itself, over and over", task.origin,
                            "include_role with a `when` can end it")
        found = self.roles.read(str(args.get("name", args.get("role"))), task.origin, parents, parts=parts)
        return self.role(found, own, place)

    def role(self, role: Role, settings: Settings, place: Position) -> tuple[Node, ...]:
        """Return the steps of a role and, before them, of the roles it depends on."""
        nodes: list[Node] = []
        for number, entry in enumerate(role.dependencies):
            nodes += self.entry(entry, settings, (*place, 0, number), (role, *role.parents))
        self.brought.append(role)
        self.reached[role] = settings
        if role.handlers:
            self.handlers.append((role.handlers, settings, role))
        return (*nodes, *self.expand(role.tasks, settings, role, (*place, 1)))

    def entry(
        self, entry: RoleEntry, settings: Settings, place: Position, parents: tuple[Role, ...] = ()
    ) -> tuple[Node, ...]:
        """Return the steps of an entry of `roles:`; the same role with the same parameters runs once a play."""
        own = settings.under(entry.keywords, rank="role parameters", skip=("name",))
        parameters = {key: value for each in as_list(entry.keywords.get("vars")) for key, value in each.items()}
        name = str(self.known(entry.name, entry.origin, settings, parents[0] if parents else None))
        role = self.roles.read(name, entry.origin, parents, {**parameters, **entry.parameters})
        if self.has_run(role, own):
            return ()
        if any(each.path == role.path for each in parents):
            way = " -> ".join(each.name for each in (*reversed(parents), role))
            raise PlanError(f"the role {role.name} depends on itself", entry.origin, way)
        return self.role(role, own, place)

    def has_run(self, role: Role, settings: Settings) -> bool:
        """Tell whether a role with the same parameters has been here, under no more conditions than now.

        An earlier one that is skipped, for its `when` or its tags, does not stand for this one.
        """
        if role.allow_duplicates:
            return False
        for each in self.brought:
            before = self.reached[each]
            conditions = {str(condition) for condition, _ in settings.when}
            if (each.path == role.path and each.parameters == role.parameters
                    and {str(condition) for condition, _ in before.when} <= conditions
                    and (before.tags == settings.tags or self.selection == Selection())):
                return True
        return False

    def task_path(self, name: str, task: Task, role: Role | None) -> str:
        """Return the path of a file of tasks: beside the file that names it, in the role's tasks/, or the play's."""
        beside = os.path.dirname(task.origin.file)
        places = [beside, *(os.path.join(each.path, "tasks") for each in ((role, *role.parents) if role else ())),
                  self.roles.directory]
        for place in places:
            path = os.path.normpath(os.path.join(place, os.path.expanduser(name)))
            if os.path.isfile(path):
                return path
        known = [each for place in places if os.path.isdir(place) for each in os.listdir(place)]
        looked = dict.fromkeys(os.path.abspath(place) for place in places)
        raise PlanError(f"there is no file of tasks {name}", task.origin,
                        nearest(name, known) or f"looked in {', '.join(looked)}")


def taken_without_vars(keywords: LocatedDict) -> LocatedDict:
    made = located({key: value for key, value in keywords.items() if key != "vars"}, keywords.origin)
    made.origins.update({key: place for key, place in keywords.origins.items() if key in made})
    return made


def check_arguments(step: Step, signature: Signature) -> None:
    """Raise PlanError for an argument nobody knows, one that is missing, and one of the wrong type."""
    check_names(step.task, signature, list(step.settings.module_defaults.get(step.task.action, {})))


def check_names(task: Task, signature: Signature, defaults: list[str]) -> None:
    """Raise PlanError for arguments that do not fit; defaults: names that `module_defaults` gives."""
    given = {str(name): value for name, value in task.args.items() if name != "_args"}
    if task.free_form is not None:
        if signature.free_form is None:
            raise PlanError(f"{task.action} takes no free text: {task.free_form!r}", task.origin,
                            f"its arguments: {', '.join(signature.arguments)}")
        given[signature.free_form] = task.free_form
    if signature.anything:
        return
    if "_args" in task.args:  # A template, which may give what is required.
        defaults = [*defaults, *(name for name, each in signature.arguments.items() if each.required)]

    def origin(name: str) -> Origin:
        return argument_origin(task, name)

    signature.check_names([*given, *(name for name in defaults if name not in given)], origin)
    signature.check_values(given, origin)


def argument_origin(task: Task, name: str) -> Origin:
    """Return where an argument stands, or the task."""
    return getattr(task.args, "keys_at", {}).get(name, task.origin)  # type: ignore[no-any-return]


def check_loop(task: Task) -> None:
    """Raise PlanError for a loop of a kind nobody knows; those of other collections fail where they run."""
    word = next((key for key in task.keywords if key.startswith("with_") and "." not in key), None)
    if word is not None:
        from muster.template.lookups import LOOKUPS

        if word.removeprefix("with_") not in LOOKUPS:
            raise PlanError(f'there is no loop "{word}"', task.keywords.keys_at[word],
                            nearest(word, [f"with_{name}" for name in LOOKUPS]))


def check_import(task: Task) -> None:
    """Raise PlanError for what an import does not take: it is gone before the run, and so has no loop or outcome."""
    for word in task.keywords:
        if word in NOT_ON_IMPORTS or word.startswith("with_"):
            raise PlanError(f"{task.action} has no keyword \"{word}\": what it imports is settled before the run",
                            task.keywords.keys_at[word], f"{task.action.replace('import', 'include')} has it")
    if task.action == "import_tasks":
        signature = Signature("import_tasks", {"file": Argument("file", str, MISSING)}, {}, free_form="file")
    else:
        options = ("tasks_from", "vars_from", "defaults_from", "handlers_from", "allow_duplicates", "public")
        arguments = {"name": Argument("name", str, MISSING), **{each: Argument(each, str, "") for each in options}}
        signature = Signature("import_role", arguments, {"role": "name"}, obsolete=("rolespec_validate",))
    check_names(task, signature, [])


def make_plan(
    playbook: Playbook,
    inventory: Inventory,
    expander_for: Callable[[Play], Expander],
    choose: Callable[[Play], Sequence[Host]],
    layers: Callable[[Play], tuple[tuple[Layer, ...], tuple[Layer, ...]]],
    start_at: str | None = None,
) -> Plan:
    """Return the plan.

    expander_for: gives each play its expander
    choose: gives the hosts of a play, the limit applied
    layers: gives a play's `vars` and `vars_files`
    start_at: name (or glob) of the task to start at
    """
    plays = [plan_play(play, choose(play), expander_for(play), layers(play)) for play in playbook.plays]
    if start_at:
        plays = started_at(plays, start_at)
    return Plan(tuple(plays), inventory)


def plan_play(
    play: Play, hosts: Sequence[Host], expander: Expander, layers: tuple[tuple[Layer, ...], tuple[Layer, ...]]
) -> PlayPlan:
    keywords = located({key: value for key, value in play.keywords.items() if key not in ("name", "vars")},
                       play.keywords.origin)
    keywords.origins.update(play.keywords.origins)
    settings = Settings().under(keywords)
    pre = expander.expand(play.pre_tasks, settings, None, (1,))
    roles: list[Node] = []
    for number, entry in enumerate(play.roles):
        roles += expander.entry(entry, settings, (2, 0, number))
    tasks = expander.expand(play.tasks, settings, None, (2, 1))
    post = expander.expand(play.post_tasks, settings, None, (3,))
    return PlayPlan(
        play=play, settings=settings, hosts=tuple(hosts), batches=batches(play, hosts),
        sections=((*gathering(play, settings, expander), *pre), (*roles, *tasks), post),
        handlers=all_handlers(play, settings, expander), roles=tuple(expander.brought),
        variables=layers[0], files=layers[1], expander=expander,
    )


def gathering(play: Play, settings: Settings, expander: Expander) -> tuple[Node, ...]:
    """Return the task that gathers facts, which every play begins with unless it says otherwise."""
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
    keywords = located({"name": "Gathering Facts", "tags": ["always"]}, origin)
    return expander.expand((Task("setup", args, None, keywords, origin),), settings, None, (GATHERING,))


def all_handlers(play: Play, settings: Settings, expander: Expander) -> tuple[Step, ...]:
    """Return handlers in the order in which they run: roles' first, then the play's. Tags do not count for them."""
    every = replace_selection(expander)
    found: list[Step] = []
    unique = {(role.path, repr(role.parameters)): (tasks, own, role) for tasks, own, role in expander.handlers}
    for tasks, own, role in unique.values():
        found += flat(every.expand(tasks, own, role, (9, len(found))))
    found += flat(every.expand(play.handlers, settings, None, (9, len(found))))
    return tuple(found)


def replace_selection(expander: Expander) -> Expander:
    return Expander(expander.roles, expander.signatures, Everything(), expander.render)


class Everything(Selection):
    """Handlers run whatever their tags."""

    def wants(self, tags: frozenset[str]) -> bool:
        return True


def batches(play: Play, hosts: Sequence[Host]) -> tuple[tuple[Host, ...], ...]:
    """Split a play's hosts by `serial`: numbers and percentages, of which the last repeats."""
    sizes = as_list(play.keywords.get("serial")) or [len(hosts)]
    rest, made = list(hosts), list[tuple[Host, ...]]()
    while rest:
        size = batch_size(sizes[min(len(made), len(sizes) - 1)], len(hosts), play)
        made.append(tuple(rest[:size]))
        rest = rest[size:]
    return tuple(made)


def batch_size(value: Any, count: int, play: Play) -> int:
    text = str(value).strip()
    try:
        size = int(float(text[:-1]) / 100 * count) or 1 if text.endswith("%") else int(text)
    except ValueError:
        raise PlanError(f"serial: {value!r} is neither a number nor a percentage",
                        play.keywords.origins.get("serial")) from None
    return size if size > 0 else max(count, 1)


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
        elif node.position >= position or node.position[0] == GATHERING:
            yield node
