"""The hosts in a group."""

from __future__ import annotations

from collections.abc import Mapping

from muster.model import Group


def members(groups: Mapping[str, Group], name: str) -> list[str]:
    """Return the hosts in a group and in the groups within it, level by level, each host once.

    This is Ansible's order, which `serial` and `group[0]` make visible (checked against ansible-core 2.19.14).
    """
    level, seen = [name], {name}
    found: dict[str, None] = {}
    while level:
        for each in level:
            found.update(dict.fromkeys(groups[each].hosts))
        below = dict.fromkeys(child for each in level for child in groups[each].children if child not in seen)
        seen.update(below)
        level = list(below)
    return list(found)
