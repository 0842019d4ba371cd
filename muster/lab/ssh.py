"""Keys and configuration: how plain `ssh` and everything like it gets into the hosts of a lab."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.lab.command import run

USER = "ec2-user"
# Making an RSA key costs as much as the rest of a host's boot; a role that wants one makes it.
HOST_KEY_TYPES = ("ed25519", "ecdsa")


def make_key(path: Path, kind: str, comment: str) -> None:
    """Make a key pair without a passphrase."""
    run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", comment, "-f", str(path)])


def make_host_keys(directory: Path, host: str) -> None:
    """Make the keys by which a host is known, named as sshd wants them."""
    directory.mkdir(parents=True)
    for kind in HOST_KEY_TYPES:
        make_key(directory / f"ssh_host_{kind}_key", kind, f"root@{host}")


def known_hosts(hosts: Iterable[tuple[str, str, Path]]) -> str:
    """The contents of a known_hosts file.

    hosts: name, address, and the directory of the host's keys
    """
    lines = []
    for name, address, directory in hosts:
        for public in sorted(directory.glob("*.pub")):
            kind, key = public.read_text().split()[:2]
            lines.append(f"{name},{address} {kind} {key}\n")
    return "".join(lines)


@dataclass(frozen=True)
class Access:
    """The files in a lab's directory that let one in."""

    directory: Path

    @property
    def key(self) -> Path:
        return self.directory / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self.directory / "known_hosts"

    @property
    def config(self) -> Path:
        return self.directory / "ssh_config"

    def common_arguments(self) -> str:
        """Options for an ssh that already runs in the controller's namespace."""
        return f"-o UserKnownHostsFile={self.known_hosts} -o StrictHostKeyChecking=yes"

    def write(self, namespace: Path, hosts: Sequence[tuple[str, str, Path]]) -> None:
        """Write known_hosts and ssh_config for the hosts, given as in `known_hosts`."""
        self.known_hosts.write_text(known_hosts(hosts))
        self.config.write_text(self._config(namespace, hosts))

    def _config(self, namespace: Path, hosts: Sequence[tuple[str, str, Path]]) -> str:
        """The contents of ssh_config. A percent sign in a path must be doubled: ssh has its own use for it."""
        dial = shlex.join([sys.executable, "-IS", str(Path(__file__).with_name("dial.py")), str(namespace)])
        blocks = [f"Host {name}\n    HostName {address}\n" for name, address, _ in hosts]
        everyone = {
            "User": USER,
            "IdentityFile": self.key,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self.known_hosts,
            "StrictHostKeyChecking": "yes",
            "ProxyCommand": f"{dial.replace('%', '%%')} %h %p",
            "ProxyUseFdpass": "yes",
        }
        lines = "".join(f"    {key} {value}\n" for key, value in everyone.items())
        return "".join(blocks) + f"Host *\n{lines}"
