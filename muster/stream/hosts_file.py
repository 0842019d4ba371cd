"""A file of variables that each host has of its own: its name is made of the host's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from muster.errors import UndefinedVariable
from muster.plan import HostsFile, PlayPlan, layer_of

if TYPE_CHECKING:
    from muster.scope import Scope


class FileOfHost(Mapping[str, Any]):
    """The variables of such a file for one host: none until its name can be made, which may be when facts are known.

    scope: function that gives the variables its name is made of; this layer is among theirs
    tried: what the host had learned when the name was last tried to be made
    """

    def __init__(self, file: HostsFile, play: PlayPlan, scope: Callable[[], Scope]) -> None:
        self.file = file
        self.play = play
        self.scope = scope
        self.known: Mapping[str, Any] | None = None
        self.tried: tuple[int, ...] = ()
        self.looking = False

    @property
    def origins(self) -> Mapping[str, Any]:
        return getattr(self.known, "origins", {})

    def values_now(self) -> Mapping[str, Any]:
        """Return the variables; raises InputError when the name cannot be made though facts are known, and for what is
        wrong with the file.
        """
        if self.known is None and not self.looking:
            self.looking = True  # Its name is made of variables that are looked for here as well.
            try:
                self.known = self.look(self.scope())
            finally:
                self.looking = False
        return self.known or {}

    def look(self, scope: Scope) -> Mapping[str, Any] | None:
        memory = scope.memory
        learned = tuple(map(len, (memory.facts, memory.injected, memory.set, memory.included, memory.pending_facts)))
        if learned == self.tried:
            return None
        self.tried = learned
        try:
            layers = layer_of(self.file, self.play.play, scope)
        except UndefinedVariable:
            if memory.facts:
                raise
            return None
        return layers[0].values if layers else {}

    def __getitem__(self, name: str) -> Any:
        return self.values_now()[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values_now()

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_now())

    def __len__(self) -> int:
        return len(self.values_now())
