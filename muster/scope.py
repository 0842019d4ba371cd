"""The variables one host sees at one task: named layers, looked up and not merged.

`PRECEDENCE` is the order Ansible documents, lowest first, written once. A value is rendered when it is looked up, and
one that is still on its way (`Pending`) is waited for only then: that is what lets tasks be sent ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from muster.model import Host, Layer

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


class Pending:
    """A value that is on its way: `wait` gives it."""

    def __init__(self, wait: Callable[[], Any]) -> None:
        self.wait = wait


class Memory:
    """What a host has learned in this run: facts, registered results, set facts, included variables.

    Every entry is journalled with the number of the task that made it, so that `forget` can take back what tasks did
    that were walked ahead of one that then failed.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.facts: dict[str, Any] = {}
        self.injected: dict[str, Any] = {}
        self.set: dict[str, Any] = {}
        self.included: dict[str, Any] = {}
        self.pending_facts: list[Pending] = []
        self.journal: list[tuple[int, dict[str, Any], str, Any]] = []

    def put(self, number: int, store: dict[str, Any], values: Mapping[str, Any]) -> None:
        """Set names in one of the stores, on behalf of task `number`."""
        for name, value in values.items():
            self.journal.append((number, store, name, store.get(name, MISSING)))
            store[name] = value

    def put_facts(self, number: int, facts: Mapping[str, Any], gathered: bool) -> None:
        """Add facts; those of `setup` are known as `ansible_x` too, those of other task types by their own name."""
        bare = {name.removeprefix("ansible_"): value for name, value in facts.items()}
        self.put(number, self.facts, bare)
        if not gathered:
            self.put(number, self.injected, facts)

    def forget(self, number: int) -> None:
        """Take back what tasks after `number` did."""
        while self.journal and self.journal[-1][0] > number:
            _, store, name, value = self.journal.pop()
            if value is MISSING:
                store.pop(name, None)
            else:
                store[name] = value

    def settle(self, number: int) -> None:
        """Forget how to take back what tasks up to `number` did: they have ended well."""
        self.journal = [entry for entry in self.journal if entry[0] > number]

    def fact(self, name: str) -> Any:
        """Return a fact, or MISSING; waits when facts are on their way."""
        self.await_facts()
        return self.facts.get(name, MISSING)

    def await_facts(self) -> None:
        while self.pending_facts:
            self.pending_facts[0].wait()


MISSING: Any = type("Missing", (), {"__repr__": lambda self: "<missing>"})()


class Scope:
    """The layers as seen from one task on one host. It is the `Variables` that templates read.

    layers: (rank, mapping) highest first, without the host's own facts and magic names
    magic: name -> function that gives the value
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
    ) -> None:
        self.engine = engine
        self.memory = memory
        self.above = tuple(above)
        self.below = tuple(below)
        self.magic = magic
        self.paths = paths
        self._settle = settle

    def get(self, name: str) -> Any:
        """Return the rendered value of a variable; raises KeyError."""
        if name in self.magic:
            return self.magic[name]()
        value, layer = self.find(name)
        if isinstance(value, Pending):
            return value.wait()
        if layer.rank in FINAL or not isinstance(value, (str, list, dict)):
            return value
        return self.engine.render_lazy(value, self, getattr(layer.values, "origins", {}).get(name), name)

    def find(self, name: str) -> tuple[Any, Layer]:
        """Return the untemplated value and the layer it comes from; raises KeyError."""
        for layer in self.above:
            if name in layer.values:
                return layer.values[name], layer
        fact = self.fact(name)
        if fact is not MISSING:
            return fact, Layer("facts", {}, "facts of the host")
        for layer in self.below:
            if name in layer.values:
                return layer.values[name], layer
        raise KeyError(name)

    def fact(self, name: str) -> Any:
        """Return a fact known by this name, or MISSING. Facts are never templates."""
        if name in self.memory.injected:
            return self.memory.injected[name]
        if name == "ansible_facts":
            self.memory.await_facts()
            return self.memory.facts
        if name == "ansible_local":
            return self.memory.fact("local")
        if name.startswith("ansible_"):
            return self.memory.fact(name[len("ansible_") :])
        return MISSING

    def names(self) -> Iterator[str]:
        """Return the names of all variables."""
        yield from self.magic
        for layer in (*self.above, *self.below):
            yield from layer.values
        yield from (f"ansible_{name}" for name in self.memory.facts)

    def settle(self) -> None:
        """Wait for everything that was sent: the outside world is about to be looked at."""
        self._settle()

    def search_paths(self, kind: str) -> list[str]:
        return self.paths(kind)

    def child(self, layer: Layer) -> Scope:
        """Return this scope with one more layer on top (a loop's item, say)."""
        return Scope(self.engine, self.memory, (layer, *self.above), self.below, self.magic, self.paths, self._settle)
