"""Which variables of an inventory win: the ranks, and the order of groups.

Source: Ansible's "Understanding variable precedence", checked against ansible-core 2.19.14.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from muster.inventory.draft import Draft, Given, GroupDraft
from muster.inventory.vars_files import VarsFiles
from muster.model import Layer

# Lowest first. Within a rank: sources in the order given, and for each of them groups in theirs (see `Groups`).
RANKS = (
    "inventory file group vars",
    "inventory group_vars/all",
    "playbook group_vars/all",
    "inventory group_vars/*",
    "playbook group_vars/*",
    "inventory file host vars",
    "inventory host_vars/*",
    "playbook host_vars/*",
)
(GROUP_INLINE, INVENTORY_ALL, PLAYBOOK_ALL, INVENTORY_GROUPS, PLAYBOOK_GROUPS,
 HOST_INLINE, INVENTORY_HOSTS, PLAYBOOK_HOSTS) = RANKS


# What a host has that is asked for and that no source lists: only localhost is.
IMPLICIT: Given = [({"ansible_connection": "local"}, "implicit localhost")]


class Groups:
    """The groups by precedence: `all` lowest, parents before children, then by priority, then by name."""

    def __init__(self, groups: dict[str, GroupDraft]) -> None:
        self.groups = groups
        self.parents: dict[str, list[str]] = {name: [] for name in groups}
        self.direct: dict[str, list[str]] = {}
        for name, draft in groups.items():
            for child in draft.children:
                self.parents[child].append(name)
            for host in draft.hosts:
                self.direct.setdefault(host, []).append(name)
        self.depths: dict[str, int] = {"all": 0}
        self.ordered: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, host: str) -> tuple[str, ...]:
        """Return every group a host is in; hosts of the same groups share one tuple."""
        direct = tuple(self.direct.get(host, ()))
        if direct not in self.ordered:
            self.ordered[direct] = tuple(sorted(self.ancestors(direct), key=self.precedence))
        return self.ordered[direct]

    def ancestors(self, names: Iterable[str]) -> set[str]:
        """Return these groups, those they are in, and `all`."""
        found, waiting = {"all"}, list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.parents[name]
        return found

    def precedence(self, name: str) -> tuple[int, int, str]:
        return self.depth(name), self.groups[name].priority, name

    def depth(self, name: str) -> int:
        """Return how many groups are above this one, by the longest way."""
        waiting = [] if name in self.depths else [name]
        while waiting:
            above = self.parents[waiting[-1]]
            unknown = [parent for parent in above if parent not in self.depths]
            if not unknown:
                self.depths[waiting.pop()] = 1 + max((self.depths[parent] for parent in above), default=0)
            waiting += unknown
        return self.depths[name]


class Layers:
    """The variables of each host as layers. Those of its groups are made once for all hosts of the same groups."""

    def __init__(self, draft: Draft, inventory_directories: Sequence[str], playbook_directories: Sequence[str]) -> None:
        self.draft = draft
        self.inventory = [Beside(directory) for directory in inventory_directories]
        self.playbook = [Beside(directory) for directory in playbook_directories]
        self.made: dict[tuple[str, ...], tuple[Layer, ...]] = {}

    def of(self, host: str, groups: tuple[str, ...]) -> tuple[Layer, ...]:
        """Return the layers of a host in these groups, lowest precedence first."""
        if groups not in self.made:
            self.made[groups] = tuple(self.of_groups(groups))
        return self.made[groups] + tuple(self.of_host(host))

    def of_groups(self, groups: tuple[str, ...]) -> list[Layer]:
        inline = [Layer(GROUP_INLINE, values, file) for group in groups
                  for values, file in self.draft.groups[group].variables]
        others = [group for group in groups if group != "all"]
        return [
            *inline,
            *(layer for beside in self.inventory for layer in beside.of_groups(INVENTORY_ALL, ["all"])),
            *(layer for beside in self.playbook for layer in beside.of_groups(PLAYBOOK_ALL, ["all"])),
            *(layer for beside in self.inventory for layer in beside.of_groups(INVENTORY_GROUPS, others)),
            *(layer for beside in self.playbook for layer in beside.of_groups(PLAYBOOK_GROUPS, others)),
        ]

    def of_host(self, host: str) -> list[Layer]:
        return [
            *(Layer(HOST_INLINE, values, file) for values, file in self.draft.hosts.get(host, IMPLICIT)),
            *(layer for beside in self.inventory for layer in beside.of_host(INVENTORY_HOSTS, host)),
            *(layer for beside in self.playbook for layer in beside.of_host(PLAYBOOK_HOSTS, host)),
        ]


class Beside:
    """The group_vars/ and host_vars/ of one directory."""

    def __init__(self, directory: str) -> None:
        self.groups = VarsFiles(f"{directory}/group_vars")
        self.hosts = VarsFiles(f"{directory}/host_vars")

    def of_groups(self, rank: str, groups: Iterable[str]) -> list[Layer]:
        return [Layer(rank, values, file) for group in groups for values, file in self.groups.variables(group)]

    def of_host(self, rank: str, host: str) -> list[Layer]:
        return [Layer(rank, values, file) for values, file in self.hosts.variables(host)]
