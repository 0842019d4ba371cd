"""The variables one host sees at one task: named layers, looked up and not merged.

`PRECEDENCE` is the order Ansible documents, lowest first, written once. A value is rendered when it is looked up, and
one that is still on its way (`Pending`) is waited for only then: that is what lets tasks be sent ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from muster.model import NOTHING, Host, Layer, Vaulted

if TYPE_CHECKING:
    from muster.template.engine import Engine

# The inventory's own ranks stand in this order in `Host.layers`.
PRECEDENCE = (
    "role defaults",
    "inventory",
    "facts",
    "play vars",
    "vars_prompt",
    "vars_files",
    "role vars",
    "block vars",
    "task vars",
    "include_vars",
    "set_fact and register",
    "role parameters",
    "include parameters",
    "loop",
    "-e",
)


# What came back from hosts or was rendered when it was set: braces in it are text, never templates.
FINAL = ("facts", "set_fact and register", "loop")


# Among kept facts, what says that they were gathered.
GATHERED = "_ansible_facts_gathered"


class Pending:
    """A value that is on its way: `wait` gives it.

    named: of facts: whether they are known by their own names, as all are but those of `setup`
    """

    def __init__(self, wait: Callable[[], Any], named: bool = False) -> None:
        self.wait = wait
        self.named = named


class Made(NamedTuple):
    """An entry of the journal: what a name held before a task set it.

    number: of the task, in the order in which the host came to its tasks
    place: of the task in the play
    """

    number: int
    place: tuple[int, ...]
    store: dict[str, Any]
    name: str
    old: Any


class Memory:
    """What a host has learned in this run: facts, registered results, set facts, included variables.

    What tasks set is journalled for the length of a play: so `forget` can take back what was done by tasks that were
    walked ahead of one that then failed, and other hosts can see how things were at their own place (`Past`).

    inject: whether facts are variables of their own, `ansible_x` beside `ansible_facts.x`
    keep: function that is given the facts, by their names as variables, whenever there are others
    gathered: whether a play has gathered them
    place: where in the play the host is
    reached: variables that say how it is reached, where nothing else says it: "ansible_connection", ...
    """

    def __init__(self, host: Host, inject: bool = True, keep: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.host = host
        self.inject = inject
        self.keep = keep
        self.gathered = False
        self.reached: Mapping[str, Any] = NOTHING
        self.facts: dict[str, Any] = {}
        self.injected: dict[str, Any] = {}
        self.set: dict[str, Any] = {}
        self.included: dict[str, Any] = {}
        self.pending_facts: list[Pending] = []
        self.journal: list[Made] = []
        self.place: tuple[int, ...] = ()

    def put(self, number: int, store: dict[str, Any], values: Mapping[str, Any]) -> None:
        """Set names in one of the stores, on behalf of task `number`; tasks come in their order."""
        for name, value in values.items():
            # Noted before it is done: other threads look at the store first and at the journal second.
            self.journal.append(Made(number, self.place, store, name, store.get(name, MISSING)))
            store[name] = value

    def put_facts(self, facts: Mapping[str, Any], gathered: bool) -> None:
        """Add facts of a task that has ended: those of `setup` are known as `ansible_x` too, others by their name."""
        self.facts.update({name.removeprefix("ansible_"): value for name, value in facts.items()})
        if not gathered:
            self.injected.update(facts)
        if self.keep:
            self.keep(self.kept())

    def kept(self) -> dict[str, Any]:
        """Return the facts by their names as variables, and whether they were gathered, as ansible-core keeps them."""
        known = {name if name in self.injected else f"ansible_{name}": value for name, value in self.facts.items()}
        return {**known, GATHERED: True} if self.gathered else known

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Start with facts that were kept."""
        self.gathered = bool(kept.get(GATHERED))
        known = {name: value for name, value in kept.items() if name != GATHERED}
        self.facts = {name.removeprefix("ansible_"): value for name, value in known.items()}
        self.injected = {name: value for name, value in known.items() if not name.startswith("ansible_")}

    def clear_facts(self) -> None:
        self.facts.clear()
        self.injected.clear()
        self.gathered = False
        if self.keep:
            self.keep({})

    def forget(self, number: int) -> None:
        """Take back what tasks after `number` did."""
        self.pending_facts.clear()
        while self.journal and self.journal[-1].number > number:
            made = self.journal[-1]
            if made.old is MISSING:
                made.store.pop(made.name, None)
            else:
                made.store[made.name] = made.old
            self.journal.pop()

    def made_by(self, number: int) -> list[tuple[bool, str, Any]]:
        """Return what a task that has ended set: (whether it came from a file, name, value)."""
        found = {(made.store is self.included, made.name): made.store for made in self.journal if made.number == number}
        values = [(included, name, store[name]) for (included, name), store in found.items()]
        return [(included, name, value.wait() if isinstance(value, Pending) else value)
                for included, name, value in values]

    def close(self) -> None:
        """At the end of a play: nothing is taken back any more."""
        self.journal.clear()
        self.place = ()

    def fact(self, name: str) -> Any:
        """Return a fact, or MISSING; waits when facts are on their way."""
        self.await_facts()
        return self.facts.get(name, MISSING)

    def await_facts(self, named: bool = False) -> None:
        """Wait for facts that are on their way; with `named`, only for those that come under names of their own."""
        while pending := [each for each in self.pending_facts if each.named or not named]:
            pending[0].wait()


class Past(Mapping[str, Any]):
    """One store of another host, as it was before that host came to a place, however far it has come since.

    Hosts run free of each other; without this, what one sees of another would depend on their speed.
    """

    def __init__(self, memory: Memory, store: dict[str, Any], place: tuple[int, ...]) -> None:
        self.memory = memory
        self.store = store
        self.place = place

    def __getitem__(self, name: str) -> Any:
        value = self.store.get(name, MISSING)
        for made in list(self.memory.journal):
            if made.name == name and made.store is self.store and made.place >= self.place:
                value = made.old
                break
        if value is MISSING:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in list(self.store) if name in self])

    def __len__(self) -> int:
        return len(list(iter(self)))


MISSING: Any = type("Missing", (), {"__repr__": lambda self: "<missing>"})()
FACTS = Layer("facts", {}, "facts of the host")
REACHED = Layer("connection", {}, "keywords of the play and the command line")


class Scope:
    """The layers as seen from one task on one host. It is the `Variables` that templates read.

    layers: (rank, mapping) highest first, without the host's own facts and magic names
    magic: name -> function that gives the value
    parent: the scope that this one adds a layer to
    """

    def __init__(
        self,
        engine: Engine,
        memory: Memory,
        above: Iterable[Layer],
        below: Iterable[Layer],
        magic: Mapping[str, Callable[[], Any]],
        paths: Callable[[str], list[str]],
        settle: Callable[[], None],
        parent: Scope | None = None,
    ) -> None:
        self.engine = engine
        self.memory = memory
        self.above = tuple(above)
        self.below = tuple(below)
        self.magic = magic
        self.paths = paths
        self._settle = settle
        self.parent = parent
        self._searched: dict[str, list[str]] = {}

    def get(self, name: str) -> Any:
        """Return the rendered value of a variable; raises KeyError."""
        if name in self.magic:
            return self.magic[name]()
        value, layer = self.find(name)
        return self.rendered(name, value, layer)

    def rendered(self, name: str, value: Any, layer: Layer) -> Any:
        """Return what a layer's value comes to; waits for one that is on its way."""
        if isinstance(value, Pending):
            return value.wait()
        if layer.rank in FINAL or not isinstance(value, (str, list, dict, Vaulted)):
            return value
        if isinstance(value, str) and "{" not in value:
            return value  # There is no template in it; most variables are such.
        return self.engine.render_lazy(value, self, getattr(layer.values, "origins", {}).get(name), name)

    def settings(self, names: frozenset[str]) -> dict[str, tuple[Any, Layer]]:
        """Return which of these variables are set, by name: the untemplated value and its layer.

        They steer the connection and every task asks for them, so the layers are gone through once for all of them.
        Facts do not count: they may be on their way.
        """
        found: dict[str, tuple[Any, Layer]] = {}
        for layer in (*self.above, *self.below):
            if not layer.values.keys().isdisjoint(names):
                for name in names & layer.values.keys():
                    found.setdefault(name, (layer.values[name], layer))
        return found

    def find(self, name: str) -> tuple[Any, Layer]:
        """Return the untemplated value and the layer it comes from; raises KeyError."""
        for layer in self.above:
            if name in layer.values:
                return layer.values[name], layer
        fact = self.fact(name)
        if fact is not MISSING:
            return fact, FACTS
        for layer in self.below:
            if name in layer.values:
                return layer.values[name], layer
        if name in self.memory.reached:
            return self.memory.reached[name], REACHED
        raise KeyError(name)

    def fact(self, name: str) -> Any:
        """Return a fact known by this name, or MISSING. Facts are never templates."""
        self.memory.await_facts(named=True)
        if name in self.memory.injected and self.memory.inject:
            return self.memory.injected[name]
        if name == "ansible_facts":
            self.memory.await_facts()
            return self.memory.facts
        if name == "ansible_local":
            return self.memory.fact("local")
        if name.startswith("ansible_") and self.memory.inject:
            return self.memory.fact(name[len("ansible_") :])
        return MISSING

    def names(self) -> Iterator[str]:
        """Return the names of all variables."""
        self.memory.await_facts()
        yield from self.magic
        for layer in (*self.above, *self.below):
            yield from layer.values
        if self.memory.inject:
            yield from self.memory.injected
            yield from (f"ansible_{name}" for name in self.memory.facts)
        yield from self.memory.reached

    def settle(self) -> None:
        """Wait for everything that was sent: the outside world is about to be looked at."""
        self._settle()

    def search_paths(self, kind: str) -> list[str]:
        if kind not in self._searched:
            self._searched[kind] = self.paths(kind)
        return self._searched[kind]

    def child(self, layer: Layer) -> Scope:
        """Return this scope with one more layer on top (a loop's item, say)."""
        return Scope(self.engine, self.memory, (layer, *self.above), self.below, self.magic, self.paths, self._settle,
                     self)
