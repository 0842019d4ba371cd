"""The magic names: variables whose values the run makes up, each a function that gives the value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from muster.load.roles import Role
from muster.plan import Step
from muster.stream.scopes import HostVars, ScopeMapping, role_chain
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
        "ansible_config_file": lambda: options.config_file,
        "ansible_check_mode": lambda: options.check,
        "ansible_diff_mode": lambda: options.diff,
        "ansible_verbosity": lambda: options.verbosity,
        "ansible_forks": lambda: options.forks,
        "ansible_playbook_python": lambda: sys.executable,
        "ansible_version": lambda: DIALECT,
        "ansible_run_tags": lambda: list(options.tags) or ["all"],
        "ansible_skip_tags": lambda: list(options.skip_tags),
        **({"ansible_limit": lambda: options.limit} if options.limit else {}),
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
        "ansible_play_name": lambda: play.play.name,
        "ansible_play_hosts_all": lambda: [host.name for host in play.hosts],
        "ansible_play_hosts": walk.in_play,
        "play_hosts": walk.met,
        "ansible_play_batch": walk.met,
        "ansible_role_names": lambda: names(walk.scopes.public),
        "ansible_play_role_names": lambda: names(role for role in walk.scopes.public if not is_needed(role)),
        "ansible_dependent_role_names": lambda: names(role for role in walk.scopes.public if is_needed(role)),
    }


def of_step(step: Step, directory: str) -> Magic:
    """Return the names that hold for one task: where it looks for files, and what its role is.

    directory: of the playbook
    """
    role = step.role
    beside: Magic = {"ansible_search_path": lambda: list(dict.fromkeys(map(os.path.abspath, [
        *(each.path for each in role_chain(role)), os.path.dirname(step.task.origin.file), directory])))}
    if role is None:
        return beside
    outer = [each.parents[0] for each in (role, *role.parents) if each.by_task and each.parents]
    brought: Magic = {
        "ansible_parent_role_names": lambda: names(outer),
        "ansible_parent_role_paths": lambda: [os.path.abspath(each.path) for each in outer],
    }
    return {
        **beside,
        "role_name": lambda: role.short_name,
        "ansible_role_name": lambda: role.name,
        "ansible_collection_name": lambda: role.collection or None,
        "role_path": lambda: os.path.abspath(role.path),
        **(brought if outer else {}),
    }


def names(roles: Iterable[Role]) -> list[str]:
    return list(dict.fromkeys(role.name for role in roles))


def is_needed(role: Role) -> bool:
    """Tell whether a role is there because another depends on it."""
    return bool(role.parents) and not role.by_task
