"""The magic names: variables whose values the run makes up, each a function that gives the value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from muster.load.roles import Role
from muster.stream.scopes import HostVars, ScopeMapping
from muster.template import OMIT

if TYPE_CHECKING:
    from muster.stream.options import Options
    from muster.stream.scopes import Fleet
    from muster.stream.walk import Walk

Magic = Mapping[str, Callable[[], Any]]
# The version of the dialect, for roles that ask: what ansible-core 2.19 documents is what holds here.
DIALECT = {"full": "2.19.0", "string": "2.19.0", "major": 2, "minor": 19, "revision": 0}


def of_host(name: str, fleet: Fleet, options: Options) -> Magic:
    """Return the names that hold for a host in any play."""
    sources = fleet.inventory.sources
    return {
        "inventory_hostname": lambda: name,
        "inventory_hostname_short": lambda: name.split(".", maxsplit=1)[0],
        "group_names": lambda: sorted(group for group in fleet.host(name).groups if group != "all"),
        "groups": fleet.groups,
        "inventory_dir": lambda: fleet.inventory.directory,
        "inventory_file": lambda: sources[0] if sources else None,
        "ansible_inventory_sources": lambda: list(sources),
        "ansible_playbook_python": lambda: sys.executable,
        "ansible_check_mode": lambda: options.check,
        "ansible_diff_mode": lambda: options.diff,
        "ansible_verbosity": lambda: options.verbosity,
        "ansible_forks": lambda: options.forks,
        "ansible_version": lambda: DIALECT,
        "ansible_run_tags": lambda: list(options.tags) or ["all"],
        "ansible_skip_tags": lambda: list(options.skip_tags),
        "omit": lambda: OMIT,
    }


def of_walk(walk: Walk) -> Magic:
    """Return the names that hold for a host in one play, those of the host among them."""
    play = walk.play
    playbook = os.path.abspath(play.play.directory)
    return {
        **walk.run.magic_of(walk.host),
        "hostvars": lambda: HostVars(walk.run.fleet, walk.scope_of),
        "vars": lambda: ScopeMapping(walk.scopes.at(walk.current)) if walk.current else {},
        "playbook_dir": lambda: playbook,
        "ansible_play_role_names": lambda: list(dict.fromkeys(role.name for role in play.roles)),
        "ansible_role_names": lambda: list(dict.fromkeys(role.name for role in play.roles)),
        "ansible_play_name": lambda: play.play.name,
        "ansible_play_hosts_all": lambda: [host.name for host in play.hosts],
        "ansible_play_hosts": walk.met,
        "play_hosts": walk.met,
        "ansible_play_batch": walk.met,
    }


def of_role(role: Role) -> Magic:
    """Return the names that hold for the tasks of a role."""
    return {
        "role_name": lambda: role.short_name,
        "ansible_role_name": lambda: role.name,
        "ansible_collection_name": lambda: role.collection or None,
        "role_path": lambda: os.path.abspath(role.path),
        "ansible_parent_role_names": lambda: [each.name for each in role.parents],
        "ansible_dependent_role_names": lambda: [each.name for each in role.dependencies],
    }
