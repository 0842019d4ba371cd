"""The lab's inventory, in Ansible's YAML format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def inventory(hosts: Iterable[tuple[str, str, tuple[str, ...]]], variables: dict[str, str]) -> str:
    """The contents of inventory.yml.

    hosts: name, address, and the groups each is in
    variables: of all hosts
    """
    import yaml

    everyone: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    for name, address, names in hosts:
        everyone[name] = {"ansible_host": address}
        for group in names:
            groups.setdefault(group, {"hosts": {}})["hosts"][name] = {}
    content = {"all": {"vars": variables, "hosts": everyone, "children": dict(sorted(groups.items()))}}
    text: str = yaml.safe_dump(content, sort_keys=False, default_flow_style=False, width=1000)
    return text
