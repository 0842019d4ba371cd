"""Groups that are made of what is known of the hosts."""

from __future__ import annotations

from muster.actions.action import Failed, Here, NewHost, action


@action
def group_by(here: Here, key: str, parents: list[str] | None = None) -> NewHost:
    """Put this host into a group, which is made when it does not exist.

    key: name of the group; spaces in it become -
    parents: groups that the new group belongs to; by default `all`

    Example:
        - name: Make a group of each system
          group_by:
            key: "system_{{ ansible_distribution }}"
    """
    if not key:
        raise Failed("key is empty: a group needs a name")
    above = tuple(name.replace(" ", "-") for name in parents or ["all"])
    return NewHost(here.host, groups=(key.replace(" ", "-"),), parents=above)
