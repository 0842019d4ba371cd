"""Where and how a host is reached: its variables, the command line, ansible.cfg and ~/.ssh/config put together.

As in Ansible: connection variables of the host beat the command line, which beats ansible.cfg, which beats ssh's own
configuration.
"""

from __future__ import annotations

import functools
import getpass
import os
import re
import shlex
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from muster.config import ConfigWarning
from muster.connect.ssh_config import SshConfig
from muster.errors import ConnectError, OptionError
from muster.secrets import SECRETS

KNOWN_HOSTS = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2", "/etc/ssh/ssh_known_hosts")
DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


class Hop(NamedTuple):
    """One login: an address, a user, and the keys to try.

    keys: paths of private keys
    known_hosts: files; new keys are added to the first
    checking: "strict", or "accept-new"
    agent: whether there is an ssh-agent to ask
    only_listed: no key of the agent is tried that `keys` does not name (IdentitiesOnly)
    """

    address: str
    port: int
    user: str
    keys: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = KNOWN_HOSTS
    checking: str = "strict"
    host_key_alias: str = ""
    agent: bool = False
    only_listed: bool = False


@dataclass(frozen=True)
class Destination:
    """The way to a host.

    hops: logins in the order in which they are made; the last is the host itself
    netns: network namespace the first hop is dialled from
    proxy_command: command whose input and output are the connection to the first hop
    password: for password logins (ansible_ssh_pass), None for keys only
    retries: how often to try again where nobody answers
    local: no ssh at all
    """

    host: str
    hops: tuple[Hop, ...] = ()
    netns: str | None = None
    proxy_command: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 10.0
    retries: int = 0
    local: bool = False

    @property
    def user(self) -> str:
        return self.hops[-1].user if self.hops else getpass.getuser()


@dataclass(frozen=True)
class Defaults:
    """What the command line and the configuration say about connections.

    interpreter: path of the hosts' Python; what is no path leaves it to be found
    """

    user: str | None = None
    private_key: str | None = None
    timeout: float = 10.0
    connection: str = "smart"
    ssh_common_args: str = ""
    ssh_args: str = ""
    ssh_extra_args: str = ""
    port: int | None = None
    host_key_checking: bool = True
    retries: int = 0
    interpreter: str = "auto"
    password: str | None = field(default=None, repr=False)


def destination(host: str, variables: Callable[[str], Any], defaults: Defaults, config: SshConfig) -> Destination:
    """Return the way to a host.

    variables: function that gives the value of one of the host's connection variables, or None
    Raises ConnectError for a kind of connection that is not known here, or a value that makes no sense.
    """
    kind = str(variables("ansible_connection") or defaults.connection)
    if kind in ("local", "ansible.builtin.local"):
        return Destination(host, local=True)
    if kind.rpartition(".")[2] not in ("ssh", "smart", "paramiko", "paramiko_ssh"):
        raise ConnectError(host, f"the connection {kind!r} is not known here", "muster connects by ssh, or local")
    given = ssh_arguments(host, variables, defaults)
    name = str(variables("ansible_host") or variables("ansible_ssh_host") or host)
    try:
        config = SshConfig(given["configfile"]) if "configfile" in given else config
        found = {**config.lookup(name), **given}
    except OptionError as error:  # Hosts that are reached without these files go on.
        raise ConnectError(host, str(error)) from None
    jumps = found.get("proxyjump", "none")
    try:
        last = hop(name, found, overrides(variables, defaults))
        hops = () if jumps == "none" else chain(jumps, config, given, (name,))
        timeout = float(variables("ansible_ssh_timeout") or variables("ansible_timeout")
                        or found.get("connecttimeout") or defaults.timeout)
        retries = variables("ansible_ssh_retries")
        retries = defaults.retries if retries is None else int(retries)
    except ValueError as error:
        raise ConnectError(host, f"its connection variables make no sense: {error}") from None
    command = found.get("proxycommand")
    password = variables("ansible_ssh_pass") or variables("ansible_ssh_password") or variables("ansible_password")
    if password and str(password) != last.user:
        SECRETS.add(str(password))  # One that is its user's name would mask that wherever it is.
    return Destination(
        host=host,
        hops=(*hops, last),
        netns=variables("muster_netns"),
        proxy_command=command if command and command != "none" and not hops else None,
        password=password or defaults.password,
        timeout=timeout,
        retries=retries,
    )


def overrides(variables: Callable[[str], Any], defaults: Defaults) -> dict[str, Any]:
    """Return what the host's variables, and after them the command line, say about the last login."""
    checking = next((value for name in CHECKING if (value := variables(name)) is not None), defaults.host_key_checking)
    return {
        "user": variables("ansible_user") or variables("ansible_ssh_user") or defaults.user,
        "port": variables("ansible_port") or variables("ansible_ssh_port") or defaults.port,
        "key": variables("ansible_ssh_private_key_file") or variables("ansible_private_key_file")
        or defaults.private_key,
        "checking": "no" if str(checking).lower() in ("false", "no", "0") else None,
    }


def hop(name: str, found: Mapping[str, Any], given: Mapping[str, Any]) -> Hop:
    """Return one login from ssh's configuration for it and what overrides that; raises ValueError.

    Who switches the check of host keys off gets accept-new: an unknown key is taken down, a changed one still refused.
    """
    only = found.get("identitiesonly", "no") == "yes"
    keys = [given["key"]] if given.get("key") else list(found.get("identityfile", DEFAULT_KEYS))
    files = found.get("userknownhostsfile")
    system = found.get("globalknownhostsfile", KNOWN_HOSTS[-1]).split()
    checking = given.get("checking") or found.get("stricthostkeychecking")
    port = str(given.get("port") or found.get("port") or 22)
    if not port.isdecimal():
        raise ValueError(f"{port!r} is no port number")
    return Hop(
        address=str(found.get("hostname", name)),
        port=int(port),
        user=str(given.get("user") or found.get("user") or getpass.getuser()),
        keys=tuple(str(key) for key in keys),
        known_hosts=(*files.split(), *system) if files else (*KNOWN_HOSTS[:2], *system),
        checking="accept-new" if checking in ("accept-new", "no", "off") else "strict",
        host_key_alias=str(found.get("hostkeyalias", "")),
        agent="SSH_AUTH_SOCK" in os.environ and found.get("identityagent") != "none",
        only_listed=only,
    )


def chain(jumps: str, config: SshConfig, given: Mapping[str, Any], behind: tuple[str, ...]) -> tuple[Hop, ...]:
    """Return the jump hosts of `a,b,c` in OpenSSH's order: a is dialled first, c reaches the host.

    behind: names of the hosts that this is the way to; ValueError when one of them is also on the way
    What the command line's ssh arguments say about known hosts holds for jump hosts too, which ssh itself, reading only
    files there, does not do; the lab and a bastion's own known_hosts file need it.
    """
    hops: tuple[Hop, ...] = ()
    shared = {key: given[key] for key in SHARED if key in given}
    for number, each in enumerate(part.strip() for part in jumps.split(",")):
        user, _, address = each.removeprefix("ssh://").rpartition("@")
        address, port = split_port(address)
        if address in behind:
            raise ValueError(f"the way to {address} leads through {address} (ProxyJump)")
        found = {**config.lookup(address), **shared}
        inner = found.get("proxyjump", "none")
        if number == 0 and inner != "none":
            hops = chain(inner, config, given, (*behind, address))
        hops = (*hops, hop(address, found, {"user": user or None, "port": port}))
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
    """Return the options in ansible_ssh_common_args and its kin as {lower-case option of ssh_config: value}.

    A host's variable stands in for what the command line or ansible.cfg says under the same name. ssh is given
    ssh_args before ssh_common_args and ssh_extra_args, and of several words the first counts.
    """
    found: dict[str, Any] = {}
    for name in ("ssh_extra_args", "ssh_common_args", "ssh_args"):
        text = variables(f"ansible_{name}")
        if text is None:
            text = getattr(defaults, name)
        if text:
            try:
                found.update(options(str(text)))
            except ValueError as error:
                raise ConnectError(host, str(error),
                                   "use -o Option=value, -J, -i, -F, -p or -l in ansible_ssh_common_args") from None
    return found


@functools.cache
def options(text: str) -> Mapping[str, Any]:
    """Return what words of an ssh command line say, mostly the same for many hosts; raises ValueError."""
    found: dict[str, Any] = {}
    words = shlex.split(text)
    while words:
        word = words.pop(0)
        if word == "-A":
            tell_forwarding()
            continue
        if word in WITHOUT_EFFECT:
            continue
        if word[:2] not in SHORT_OPTIONS:
            raise ValueError(f"the ssh option {word!r} is not known here")
        if len(word) == 2 and not words:
            raise ValueError(f"the ssh option {word} needs a value")
        key, value = SHORT_OPTIONS[word[:2]], word[2:] or words.pop(0)
        if not key:
            key, _, value = re.sub(r"\s*=\s*|\s+", "=", value.strip(), count=1).partition("=")
        key = key.lower()
        if key == "forwardagent" and value.lower() != "no":
            tell_forwarding()
        if key == "identityfile":
            found.setdefault(key, []).append(value)
        else:
            found.setdefault(key, value)
    return found


def tell_forwarding() -> None:
    warnings.warn("muster does not forward the ssh-agent (-A): tasks on hosts do without it", ConfigWarning,
                  stacklevel=2)


SHORT_OPTIONS = {"-o": "", "-J": "proxyjump", "-i": "identityfile", "-F": "configfile", "-p": "port", "-l": "user"}
# Options of the command line that hold for jump hosts as well.
SHARED = ("userknownhostsfile", "stricthostkeychecking", "identityfile")
# Compression, loudness and the like: nothing that an own ssh has to know.
WITHOUT_EFFECT = ("-C", "-q", "-4", "-6", "-T", "-v", "-vv", "-vvv", "-a", "-x")
CHECKING = ("ansible_host_key_checking", "ansible_ssh_host_key_checking")
