"""The name of a host."""

import re

from muster.target.distribution import service_manager
from muster.target.facts import full_name
from muster.target.files import read, write
from muster.target.peek import peek
from muster.target.system import run, which
from muster.target.task import Choice, Failure, task

# What hostname(1) takes, and the kernel has room for; _ is none of it, but hosts have it.
NAME = re.compile(r"(?!-)[A-Za-z0-9._-]{1,64}(?<![.-])$")
KERNEL = "/proc/sys/kernel/hostname"
# Where each system keeps the name, and how it is written there; a file without a pattern holds the name alone.
FILES = {
    "alpine": "/etc/hostname", "debian": "/etc/hostname", "systemd": "/etc/hostname", "sles": "/etc/HOSTNAME",
    "redhat": "/etc/sysconfig/network", "openrc": "/etc/conf.d/hostname",
}
LINES = {"redhat": "HOSTNAME=%s", "openrc": 'hostname="%s"'}


@task(facts=True)
def hostname(name: str, use: Choice("alpine", "debian", "openrc", "redhat", "sles", "systemd") = None):
    """Ensure the host has this name, now and after the next boot.

    name: the name, with or without a domain
    use: whose way to keep it: systemd's hostnamectl, /etc/hostname (debian, alpine), /etc/HOSTNAME (sles),
        /etc/sysconfig/network (redhat, up to 6) or /etc/conf.d/hostname (openrc); found out by default

    Example:
      - hostname: {name: "{{ inventory_hostname }}"}

    Returns:
      name: the name
      ansible_facts: hostname, nodename, fqdn and domain
    """
    if not NAME.match(name):
        raise Failure("%r cannot be the name of a host: letters, digits, - and dots, up to 64 of them" % name)
    use = use or ("systemd" if service_manager() == "systemd" and which("hostnamectl") else "debian")
    before = read(FILES[use])
    text = (before or b"").decode("utf-8", "surrogateescape")
    after, running = kept(text, name, LINES.get(use)), peek(KERNEL)
    if use == "systemd":
        if after != text or running != name:
            yield run("hostnamectl", "set-hostname", name, paths=[FILES[use]])
    else:
        if after != text:
            yield from write(FILES[use], after, mode=0o644 if before is None else None)
        if running != name:
            if not which("hostname"):
                raise Failure("hostname is not on this host; install hostname (Debian, RHEL, Amazon Linux)")
            yield run("hostname", name)
    whole = full_name(name)
    return {"name": name, "ansible_facts": {"hostname": name.partition(".")[0], "nodename": name, "fqdn": whole,
                                            "domain": whole.partition(".")[2]}}


def kept(text, name, line):
    """Return the text of the file with the name in it; the same text where it is there already.

    line: how the line with the name is written; None where the file holds nothing else
    """
    if line is None:
        return text if text.strip() == name else name + "\n"
    beginning = line.partition("=")[0]
    wanted, others = line % name, re.sub(r"(?m)^\s*%s=.*\n?" % beginning, "\n\0", text, count=1)
    if re.search(r"(?m)^\s*%s=[\"']?%s[\"']?\s*$" % (beginning, re.escape(name)), text):
        return text
    if others == text:
        return text + ("" if text.endswith("\n") or not text else "\n") + wanted + "\n"
    return others.replace("\n\0", wanted + "\n", 1)
