"""The name of a host."""

import os

from muster.target.distribution import service_manager
from muster.target.facts import full_name
from muster.target.files import read, write
from muster.target.system import run, which
from muster.target.task import task


@task(obsolete=("use",), facts=True)
def hostname(name: str):
    """Ensure the host has this name, now and after the next boot.

    name: the name, with or without a domain

    Example:
      - hostname: {name: "{{ inventory_hostname }}"}

    Returns:
      name: the name
      ansible_facts: hostname, nodename, fqdn and domain
    """
    kept = (read("/etc/hostname") or b"").decode("utf-8", "replace").strip()
    if service_manager() == "systemd" and which("hostnamectl"):
        if (kept, os.uname().nodename) != (name, name):
            yield run("hostnamectl", "set-hostname", name)
    else:
        if kept != name:
            yield from write("/etc/hostname", name + "\n", mode=0o644)
        if os.uname().nodename != name:
            yield run("hostname", name)
    whole = full_name(name)
    return {"name": name, "ansible_facts": {"hostname": name.partition(".")[0], "nodename": name, "fqdn": whole,
                                            "domain": whole.partition(".")[2]}}
