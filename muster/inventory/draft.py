"""An inventory while its sources are being read: every reader adds to one draft, and later sources win."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from muster.errors import InventoryError, Origin

# Variables as the sources gave them, in order: (values, file).
Given: TypeAlias = list[tuple[dict[str, Any], str]]
GROUP_KEYS = ("hosts", "vars", "children")
PRIORITY = "ansible_group_priority"


@dataclass
class GroupDraft:
    """A group so far. Hosts and children are dictionaries without values: sets that keep their order."""

    hosts: dict[str, None] = field(default_factory=dict)
    children: dict[str, None] = field(default_factory=dict)
    variables: Given = field(default_factory=list)
    priority: int = 1


class Draft:
    """Hosts and groups so far; `all` and `ungrouped` are always there."""

    def __init__(self) -> None:
        self.hosts: dict[str, Given] = {}
        self.groups = {"all": GroupDraft(children={"ungrouped": None}), "ungrouped": GroupDraft()}

    def group(self, name: str) -> GroupDraft:
        """Return the group of this name, a new one if there is none yet."""
        return self.groups.setdefault(name, GroupDraft())

    def add_hosts(self, group: str, names: Iterable[str], values: dict[str, Any], file: str) -> None:
        """Put hosts into a group; each gets the same variables."""
        members = self.group(group).hosts
        for name in names:
            members[name] = None
            given = self.hosts.setdefault(name, [])
            if values:
                given.append((values, file))

    def add_child(self, parent: str, child: str, origin: Origin | None) -> None:
        """Put a group into another; raise InventoryError when that would close a circle."""
        if child == "all":
            raise InventoryError(f"the group all contains every other, so {parent} cannot contain it", origin)
        circle = self.path(child, parent)
        if circle:
            raise InventoryError(f"the group {child} would contain itself: " + " > ".join([parent, *circle]), origin,
                                 "take one of these groups out of the children of another")
        self.group(child)
        self.group(parent).children[child] = None

    def path(self, top: str, wanted: str) -> list[str]:
        """Return the way down from a group to another, both included; empty if there is none."""
        came_from: dict[str, str] = {top: ""}
        waiting = [top]
        while waiting and wanted not in came_from:
            name = waiting.pop()
            for child in self.groups[name].children if name in self.groups else ():
                if child not in came_from:
                    came_from[child] = name
                    waiting.append(child)
        way: list[str] = []
        step = wanted if wanted in came_from else ""
        while step:
            way.insert(0, step)
            step = came_from[step]
        return way

    def set_variables(self, group: str, values: dict[str, Any], file: str) -> None:
        """Give a group variables. ansible_group_priority is not one of them: it orders the group among its equals."""
        draft = self.group(group)
        if PRIORITY in values:
            draft.priority = priority(values, file)
            # A copy keeps the places of the other values, which a new dictionary would not.
            values = copy.copy(values)
            del values[PRIORITY]
        if values:
            draft.variables.append((values, file))

    def settle(self) -> None:
        """Give every host and group its place once all sources are read.

        Groups without a parent become children of `all`; hosts in no other group are in `ungrouped`, and only these.
        """
        has_parent = {child for draft in self.groups.values() for child in draft.children}
        for name in self.groups:
            if name != "all" and name not in has_parent:
                self.groups["all"].children[name] = None
        grouped = {host for name, draft in self.groups.items() if name not in ("all", "ungrouped")
                   for host in draft.hosts}
        self.groups["ungrouped"].hosts = {host: None for host in self.hosts if host not in grouped}


def priority(values: dict[str, Any], file: str) -> int:
    try:
        return int(values[PRIORITY])
    except (TypeError, ValueError, OverflowError):
        origin = getattr(values, "origins", {}).get(PRIORITY) or Origin(file, 1, 1)
        raise InventoryError(f"{PRIORITY} is not a whole number: {values[PRIORITY]!r}", origin) from None
