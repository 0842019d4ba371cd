"""Inventories given by a program: called with --list, it prints hosts and groups as JSON.

    {"web": {"hosts": ["web1"], "children": ["canary"], "vars": {"port": 80}},
     "canary": ["web2"],
     "_meta": {"hostvars": {"web1": {"rack": 4}}}}

Without _meta it is called once more for each host, with --host NAME.
Source: https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html (inventory scripts).
"""

from __future__ import annotations

import json
import os
from typing import Any

from muster.errors import InventoryError, Origin, nearest
from muster.inventory.draft import GROUP_KEYS, Draft
from muster.inventory.hostnames import is_name
from muster.load.yaml import IN_JSON
from muster.model import Vaulted

KINDS: dict[type, str] = {dict: "an object", list: "a list", str: "text"}


def read_script(file: str, draft: Draft) -> None:
    """Add the hosts and groups that the program prints. Raises InventoryError when it fails or prints no such JSON."""
    content = output(file, "--list")
    meta = checked(content.pop("_meta", {}), dict, "_meta", file)
    for name, group in content.items():
        read_group(name, group, file, draft)
    known = meta.get("hostvars") if "hostvars" in meta else {host: output(file, "--host", host)
                                                             for host in hosts_of(draft, content)}
    for host, values in checked(known, dict, "_meta.hostvars", file).items():
        # Scripts may tell of hosts that are in no group; as in Ansible these do not exist.
        if host in draft.hosts and checked(values, dict, f"the variables of {host}", file):
            draft.hosts[host].append((values, file))


def read_group(name: str, group: Any, file: str, draft: Draft) -> None:
    if isinstance(group, list):
        group = {"hosts": group}
    group = checked(group, dict, f"the group {name}", file)
    unknown = [key for key in group if key not in GROUP_KEYS]
    if unknown:
        raise InventoryError(f'{file}: the group {name} has a key "{unknown[0]}"', hint=nearest(unknown[0], GROUP_KEYS)
                             or "the keys of a group are hosts, vars and children")
    draft.group(name)
    hosts = [checked(host, str, f"a host of {name}", file) for host in checked(group.get("hosts"), list, name, file)]
    for host in hosts:
        if not is_name(host):
            raise InventoryError(f"the inventory script {file}: {host!r} in {name} cannot be the name of a host")
    draft.add_hosts(name, hosts, {}, file)
    for child in checked(group.get("children"), list, f"children of {name}", file):
        draft.add_child(name, checked(child, str, f"a child of {name}", file), None)
    draft.set_variables(name, checked(group.get("vars"), dict, f"vars of {name}", file), file)


def hosts_of(draft: Draft, content: dict[str, Any]) -> list[str]:
    """Return the hosts of these groups, each once."""
    return list(dict.fromkeys(host for name in content for host in draft.groups[name].hosts))


def output(file: str, *arguments: str) -> dict[str, Any]:
    """Run the program; return the JSON object it prints."""
    import subprocess

    command = [os.path.abspath(file), *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              check=False)
    except OSError as error:
        raise InventoryError(f"cannot run the inventory script {file}: {error.strerror}",
                             hint="does its first line name an interpreter, as in #!/usr/bin/env python3?") from None
    said = "\n".join(done.stderr.strip().splitlines()[-5:])
    if done.returncode:
        raise InventoryError(f"the inventory script {file} {' '.join(arguments)} failed with status {done.returncode}",
                             hint=said or "it said nothing on its standard error")
    try:
        # A script that has nothing to say about a host prints nothing.
        content = json.loads(done.stdout.strip() or "{}", object_hook=lambda made: with_vaulted(made, file))
    except (ValueError, RecursionError) as error:
        raise InventoryError(f"the inventory script {file} {' '.join(arguments)} did not print JSON: {error}",
                             hint=said) from None
    found: dict[str, Any] = checked(content, dict, "the output of " + " ".join(arguments), file)
    return found


def with_vaulted(made: dict[str, Any], file: str) -> Any:
    """Return an object of JSON, or the encrypted value that it stands for."""
    return Vaulted(made[IN_JSON], Origin(file, 1, 1)) if made.keys() == {IN_JSON} else made


def checked(value: Any, kind: type, what: str, file: str) -> Any:
    """Return a value that is of this kind; nothing becomes an empty one."""
    if value is None and kind is not str:
        return kind()
    if not isinstance(value, kind):
        raise InventoryError(f"the inventory script {file}: {what} is not {KINDS[kind]}, but {value!r}")
    return value
