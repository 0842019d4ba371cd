"""Where and how a host is reached: its variables, the command line and ~/.ssh/config put together.

As in Ansible: connection variables of the host beat the command line, which beats ssh's own configuration.
"""

from __future__ import annotations

import getpass
import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.errors import ConnectError

KNOWN_HOSTS = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts")
DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


@dataclass(frozen=True)
class Hop:
    """One login: an address, a user, and the keys to try."""

    address: str
    port: int
    user: str
    keys: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = KNOWN_HOSTS
    checking: str = "strict"
    host_key_alias: str = ""
    agent: bool = True


@dataclass(frozen=True)
class Destination:
    """The way to a host.

    hops: logins in the order in which they are made; the last is the host itself
    netns: network namespace the first hop is dialled from
    proxy_command: command whose input and output are the connection to the first hop
    password: for password logins (ansible_ssh_pass), None for keys only
    local: no ssh at all
    """

    host: str
    hops: tuple[Hop, ...] = ()
    netns: str | None = None
    proxy_command: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 10.0
    local: bool = False

    @property
    def user(self) -> str:
        return self.hops[-1].user if self.hops else getpass.getuser()


@dataclass(frozen=True)
class Defaults:
    """What the command line says about connections."""

    user: str | None = None
    private_key: str | None = None
    timeout: float = 10.0
    connection: str = "smart"
    ssh_common_args: str = ""


class SshConfig:
    """ssh's own configuration, read once."""

    def __init__(self, path: str | None = None) -> None:
        import paramiko

        self.config = paramiko.SSHConfig()
        paths = [path] if path else ["~/.ssh/config", "/etc/ssh/ssh_config"]
        for each in paths:
            file = Path(each).expanduser()
            if file.is_file():
                with file.open(encoding="utf-8") as stream:
                    self.config.parse(stream)

    def lookup(self, name: str) -> dict[str, Any]:
        return dict(self.config.lookup(name))


def destination(host: str, variables: Callable[[str], Any], defaults: Defaults, config: SshConfig) -> Destination:
    """Return the way to a host.

    variables: function that gives the value of one of the host's connection variables, or None
    Raises ConnectError for a kind of connection that is not known here.
    """
    kind = variables("ansible_connection") or defaults.connection
    if kind in ("local", "ansible.builtin.local"):
        return Destination(host, local=True)
    if kind.rpartition(".")[2] not in ("ssh", "smart", "paramiko", "paramiko_ssh"):
        raise ConnectError(host, f"the connection {kind!r} is not known here", "muster connects by ssh, or local")
    given = ssh_arguments(host, variables, defaults)
    if "configfile" in given:
        config = SshConfig(given["configfile"])
    name = str(variables("ansible_host") or variables("ansible_ssh_host") or host)
    last = hop(name, {**config.lookup(name), **given}, overrides(variables, defaults))
    found = {**config.lookup(name), **given}
    jumps = found.get("proxyjump", "none")
    hops = [] if jumps == "none" else chain(jumps, config, given)
    command = found.get("proxycommand")
    return Destination(
        host=host,
        hops=(*hops, last),
        netns=variables("muster_netns"),
        proxy_command=command if command and command != "none" and not hops else None,
        password=variables("ansible_ssh_pass") or variables("ansible_ssh_password") or variables("ansible_password"),
        timeout=float(variables("ansible_ssh_timeout") or found.get("connecttimeout") or defaults.timeout),
    )


def overrides(variables: Callable[[str], Any], defaults: Defaults) -> dict[str, Any]:
    """Return what the host's variables, and after them the command line, say about the last login."""
    return {
        "user": variables("ansible_user") or variables("ansible_ssh_user") or defaults.user,
        "port": variables("ansible_port") or variables("ansible_ssh_port"),
        "key": variables("ansible_ssh_private_key_file") or variables("ansible_private_key_file")
        or defaults.private_key,
    }


def hop(name: str, found: Mapping[str, Any], given: Mapping[str, Any]) -> Hop:
    """Return one login from ssh's configuration for it and what overrides that."""
    only = found.get("identitiesonly", "no") == "yes"
    keys = [given["key"]] if given.get("key") else list(found.get("identityfile", [] if only else DEFAULT_KEYS))
    files = found.get("userknownhostsfile")
    system = found.get("globalknownhostsfile", KNOWN_HOSTS[-1]).split()
    return Hop(
        address=str(found.get("hostname", name)),
        port=int(given.get("port") or found.get("port") or 22),
        user=str(given.get("user") or found.get("user") or getpass.getuser()),
        keys=tuple(str(key) for key in keys),
        known_hosts=(*files.split(), *system) if files else (*KNOWN_HOSTS[:2], *system),
        checking="accept-new" if found.get("stricthostkeychecking") == "accept-new" else "strict",
        host_key_alias=str(found.get("hostkeyalias", "")),
        agent=not only and "SSH_AUTH_SOCK" in os.environ,
    )


def chain(jumps: str, config: SshConfig, given: Mapping[str, Any]) -> list[Hop]:
    """Return the jump hosts of `a,b,c` in OpenSSH's order: a is dialled first, c reaches the host.

    What the command line's ssh arguments say about known hosts holds for jump hosts too, which ssh itself, reading only
    files there, does not do; the lab and a bastion's own known_hosts file need it.
    """
    hops: list[Hop] = []
    shared = {key: given[key] for key in ("userknownhostsfile", "stricthostkeychecking", "identityfile") if key in given}
    for number, each in enumerate(part.strip() for part in jumps.split(",")):
        user, _, address = each.rpartition("@")
        address, port = split_port(address.removeprefix("ssh://"))
        found = {**config.lookup(address), **shared}
        inner = found.get("proxyjump", "none")
        if number == 0 and inner != "none":
            hops += chain(inner, config, given)
        hops.append(hop(address, found, {"user": user or None, "port": port, "key": None}))
    return hops


def split_port(text: str) -> tuple[str, str | None]:
    """Split `host:port` and `[v6]:port`."""
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        return address, rest[1:] or None
    if text.count(":") == 1:
        address, port = text.split(":")
        return address, port
    return text, None


def ssh_arguments(host: str, variables: Callable[[str], Any], defaults: Defaults) -> dict[str, Any]:
    """Return the options in ansible_ssh_common_args and its kin as {lower-case option of ssh_config: value}."""
    texts = [defaults.ssh_common_args, variables("ansible_ssh_common_args"), variables("ansible_ssh_extra_args"),
             variables("ansible_ssh_args")]
    found: dict[str, Any] = {}
    for words in (shlex.split(str(text)) for text in texts if text):
        while words:
            word = words.pop(0)
            if word[:2] not in SHORT_OPTIONS:
                if word in ("-C", "-q", "-4", "-6", "-T", "-v"):
                    continue
                raise ConnectError(host, f"the ssh option {word!r} is not known here",
                                   "use -o Option=value, -J, -i, -F, -p or -l in ansible_ssh_common_args")
            if len(word) == 2 and not words:
                raise ConnectError(host, f"the ssh option {word} needs a value")
            value = word[2:] or words.pop(0)
            key = SHORT_OPTIONS[word[:2]]
            if word[:2] == "-o":
                key, _, value = value.replace(" ", "=", 1).partition("=") if "=" not in value else value.partition("=")
            found[key.strip().lower()] = [value] if key.lower() == "identityfile" else value.strip()
    return found


SHORT_OPTIONS = {"-o": "", "-J": "proxyjump", "-i": "identityfile", "-F": "configfile", "-p": "port", "-l": "user"}
