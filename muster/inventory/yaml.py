"""Inventories in YAML format: groups with `hosts`, `vars` and `children`.

    all:
      hosts:
        web1: {http_port: 80}
      children:
        db:
          hosts:
            db[1:3]:
          vars:
            port: 5432

Source: Ansible's documentation of the `yaml` inventory plugin, checked against ansible-core 2.19.14, which only warns
of keys that it does not know, and of groups that are not mappings; here these are errors.
"""

from __future__ import annotations

from typing import Any

from muster.errors import InventoryError, nearest
from muster.inventory.draft import GROUP_KEYS, Draft
from muster.inventory.hostnames import expand
from muster.inventory.located import located, put
from muster.inventory.mapping import read_mapping
from muster.model import LocatedDict


def read_yaml(file: str, draft: Draft) -> None:
    """Add the hosts and groups of a YAML inventory. Raises InventoryError, or LoadError when it is not YAML."""
    content = read_mapping(file, "a YAML inventory is a mapping of groups, such as all:")
    if content is None:
        return
    if "plugin" in content and not isinstance(content["plugin"], dict):
        raise InventoryError(f'inventories of the plugin "{content["plugin"]}" cannot be read yet',
                             content.origins["plugin"], "give hosts in a file, or by an executable script")
    for name in content:
        read_group(name, content, file, draft)


def read_group(name: Any, within: LocatedDict, file: str, draft: Draft) -> None:
    """Add a group, which is an entry of the mapping `within`, and the groups in it."""
    if not isinstance(name, str):
        raise InventoryError(f"the name of a group must be text: {name}", within.keys_at[name], f'write "{name}":')
    draft.group(name)
    content = mapping(name, within, f"the group {name}")
    for key in content:
        if key not in GROUP_KEYS:
            raise InventoryError(f'a group has no key "{key}"', content.keys_at[key],
                                 nearest(str(key), GROUP_KEYS) or "its keys are hosts, vars and children; "
                                 "a group within it belongs under children")
    if "vars" in content:
        draft.set_variables(name, mapping("vars", content, "vars"), file)
    children = mapping("children", content, "children")
    for child in children:
        draft.add_child(name, str(child), children.keys_at[child])
        read_group(child, children, file, draft)
    hosts = mapping("hosts", content, "hosts")
    for host in hosts:
        read_host(name, host, hosts, file, draft)


def read_host(group: str, name: Any, within: LocatedDict, file: str, draft: Draft) -> None:
    place = within.keys_at[name]
    if not isinstance(name, str):
        raise InventoryError(f"the name of a host must be text: {name}", place, f'write "{name}":')
    names, port = expand(name, place)
    if port is not None:
        # Before the host's own variables, which win.
        with_port = located(place)
        put(with_port, "ansible_port", port, place, place)
        draft.add_hosts(group, names, with_port, file)
    draft.add_hosts(group, names, mapping(name, within, f"the host {name}"), file)


def mapping(key: Any, within: LocatedDict, what: str) -> LocatedDict:
    """Return the mapping under a key: empty if there is nothing, and one entry if there is only a name."""
    value = within.get(key)
    if isinstance(value, LocatedDict):
        return value
    made = located(within.origins.get(key, within.origin))
    if isinstance(value, str) and key in ("hosts", "children"):
        put(made, value, None, made.origin, made.origin)
    elif value is not None:
        kind = "a list" if isinstance(value, list) else repr(value)
        raise InventoryError(f"{what} must be a mapping, and is {kind}", made.origin,
                             'write each entry as a key: "NAME:" on a line of its own')
    return made
