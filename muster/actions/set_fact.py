"""Variables that a task sets."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action


@action(facts=True)
def set_fact(here: Here, /, cacheable: bool = False, **facts: Any) -> dict[str, Any]:
    """Set variables of this host, from here to the end of the run.

    cacheable: make them facts as well, under `ansible_facts`
    NAME: the value of the variable NAME, of any type; of `NAME=value` on one line it is always text

    Example:
        - name: Remember the address to listen on
          set_fact:
            listen_address: "{{ ansible_default_ipv4.address }}"
            ports: [80, 443]

    Returns:
        ansible_facts: the variables that were set
    """
    if not facts:
        raise Failed("nothing to set: give at least one variable and its value")
    for name in facts:
        if not (name.isidentifier() and name.isascii()):
            raise Failed(f'"{name}" cannot be a variable: names are letters, digits and _, and begin with no digit')
    return {"changed": False, "ansible_facts": facts, **({"_ansible_facts_cacheable": True} if cacheable else {})}
