"""Inventories: which hosts there are, the groups they are in, and their variables."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence

from muster.config import Config
from muster.inventory.draft import Draft
from muster.inventory.hosts import Hosts
from muster.inventory.patterns import LOCALHOST
from muster.inventory.precedence import Groups, Layers
from muster.inventory.sources import read_source, vars_directory
from muster.load.yaml import YamlWarning
from muster.model import Group, Host, Inventory


def gather(sources: Sequence[str], playbook_dir: str | None, config: Config | None = None) -> Inventory:
    """Read the inventory sources and merge them: what a later one says about a host or group is added, and wins.

    sources: paths of INI or YAML files, scripts and directories, or "host1,host2,"; with none, there is only the
        implicit localhost
    playbook_dir: directory whose group_vars/ and host_vars/ count as well
    config: says which files of a directory are none
    Raises InventoryError, or LoadError for a file that is not YAML. Variables in files beside the inventory are read
    when a host that has them is looked up.
    """
    draft = Draft()
    for source in sources:
        read_source(source, draft, config or Config())
    draft.settle()
    for name in draft.hosts.keys() & draft.groups.keys():
        message = f'"{name}" is both a host and a group; in a pattern it means the group'
        warnings.warn(message, YamlWarning, stacklevel=2)
    beside = [directory for directory in map(vars_directory, sources) if directory is not None]
    layers = Layers(draft, *directories(beside, playbook_dir))
    hosts = Hosts(draft, Groups(draft.groups), layers)
    return Inventory(
        hosts=hosts,
        groups=frozen_groups(draft),
        sources=tuple(sources),
        directory=os.path.abspath(beside[0]) if beside else "",
        localhost=localhost(draft, layers, hosts),
    )


def directories(inventory: Sequence[str], playbook: str | None) -> tuple[list[str], list[str]]:
    """Return where variable files are looked for: beside the inventory, and beside the playbook.

    A directory that comes twice counts where it comes last, as what is read again there would win; and a playbook
    beside its only inventory adds nothing.
    """
    absolute = [os.path.abspath(directory) for directory in inventory]
    unique = list(dict.fromkeys(reversed(absolute)))[::-1]
    own = [os.path.abspath(playbook)] if playbook is not None else []
    return unique, [directory for directory in own if unique[-1:] != [directory]]


def frozen_groups(draft: Draft) -> dict[str, Group]:
    return {
        name: Group(
            name=name,
            hosts=tuple(group.hosts),
            children=tuple(group.children),
            variables={key: value for values, _ in group.variables for key, value in values.items()},
            priority=group.priority,
        )
        for name, group in draft.groups.items()
    }


def localhost(draft: Draft, layers: Layers, hosts: Hosts) -> Host:
    """Return the host that stands for this machine: one the sources list, or else the implicit one.

    The implicit one is in no group, has the variables of `all` and those in host_vars/localhost, and needs no SSH.
    """
    listed = [name for name in draft.hosts if name in LOCALHOST]
    return hosts[listed[0]] if listed else Host("localhost", ("all",), layers.of("localhost", ("all",)))
