"""The hosts of an inventory, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from muster.inventory.draft import Draft
from muster.inventory.precedence import Groups, Layers
from muster.model import Host


class Hosts(Mapping[str, Host]):
    """Name -> Host, in the order in which the sources name them.

    A host's files in host_vars/ are read with it: a run on three hosts out of thousands reads those of three. Looking
    up a host can therefore raise InventoryError or LoadError.
    """

    def __init__(self, draft: Draft, groups: Groups, layers: Layers) -> None:
        self.draft = draft
        self.groups = groups
        self.layers = layers
        self.made: dict[str, Host] = {}

    def __getitem__(self, name: str) -> Host:
        if name not in self.made:
            if name not in self.draft.hosts:
                raise KeyError(name)
            groups = self.groups.of(name)
            self.made[name] = Host(name, groups, self.layers.of(name, groups))
        return self.made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.draft.hosts

    def __iter__(self) -> Iterator[str]:
        return iter(self.draft.hosts)

    def __len__(self) -> int:
        return len(self.draft.hosts)
