"""Hosts that a play adds to the inventory."""

from __future__ import annotations

import re
from typing import Any

from muster.actions.action import Failed, Here, NewHost, action

# A name with one colon, or an IPv6 address in brackets, and a port.
WITH_PORT = re.compile(r"([^:\[\]]+|\[[0-9A-Fa-f:.]+\]):(\d+)")


@action(aliases={"hostname": "name", "host": "name", "groupname": "groups", "group": "groups"}, once=True)
def add_host(here: Here, /, name: str, groups: list[str] | None = None, **variables: Any) -> NewHost:
    """Add a host to the inventory, for the plays that come after.

    name: name or address of the host; `:port` may follow
    groups: groups that it belongs to; new ones are made
    NAME: the value of the host's variable NAME

    Example:
        - name: Configure the new instance in the next play
          add_host:
            name: "{{ instance.private_ip }}"
            groups: [new]
            ansible_user: ec2-user
    """
    if not name:
        raise Failed("name is empty: a host needs one")
    found = WITH_PORT.fullmatch(name)
    if found:
        name, variables = found[1].strip("[]"), {"ansible_port": int(found[2]), **variables}
    return NewHost(name, tuple(group for group in groups or () if group), variables)
