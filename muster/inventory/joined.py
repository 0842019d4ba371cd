"""Hosts and memberships in groups that a run adds (`add_host`, `group_by`)."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from muster.inventory.draft import Draft
from muster.inventory.hosts import Hosts
from muster.inventory.precedence import Groups
from muster.model import Group, Inventory


def joined(
    inventory: Inventory, host: str, groups: Sequence[str], parents: Sequence[str] = ("all",),
    variables: Mapping[str, Any] | None = None,
) -> Inventory:
    """Return the inventory with a host in these groups; what does not exist is made.

    inventory: as `gather` makes it; it stays as it is, since other threads may be reading it
    parents: groups that those of `groups` which are new belong to
    variables: of the host, over those it has
    Files of variables (group_vars/, host_vars/) count for what is new as they do for the rest.
    """
    old = inventory.hosts
    assert isinstance(old, Hosts)
    draft = extended(old.draft, host, groups, parents, variables)
    layers = copy.copy(old.layers)
    layers.draft, layers.made = draft, {}
    known = {name: inventory.groups.get(name) or Group(name) for name in draft.groups}
    known = {name: replace(group, hosts=tuple(draft.groups[name].hosts), children=tuple(draft.groups[name].children))
             for name, group in known.items()}
    return replace(inventory, hosts=Hosts(draft, Groups(draft.groups), layers), groups=known)


def extended(
    old: Draft, host: str, groups: Sequence[str], parents: Sequence[str], variables: Mapping[str, Any] | None
) -> Draft:
    """Return a copy of a draft, with the host in these groups."""
    draft = Draft()
    draft.hosts = {**old.hosts, host: list(old.hosts.get(host, []))}
    draft.groups = {name: copy.copy(group) for name, group in old.groups.items()}
    if variables:
        draft.hosts[host].append((dict(variables), "add_host"))
    for name in groups:
        if name not in draft.groups:
            for parent in parents:
                above = draft.group(parent)
                above.children = {**above.children, name: None}
        group = draft.group(name)
        group.hosts = {**group.hosts, host: None}
    for name in ("all", "ungrouped"):
        draft.groups[name].children = dict(draft.groups[name].children)
    draft.settle()
    return draft


