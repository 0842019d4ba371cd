"""Is it the right server? Its host key is held against those that are known for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muster.connect.destination import Hop
from muster.connect.known_hosts import KnownHosts, fingerprint, known_name
from muster.errors import ConnectError

if TYPE_CHECKING:
    import paramiko


class HostKeyCheck:
    """Holds one server to its known keys.

    paramiko is given no keys, because it keeps one of each type only and compares names by letter case; so it asks this
    policy about every server.
    """

    def __init__(self, host: str, hop: Hop, known: KnownHosts) -> None:
        self.host = host
        self.hop = hop
        self.known = known
        self.name = known_name(hop.address, hop.port, hop.host_key_alias)
        self.keys = known.keys(self.name)

    def transport(self, sock: Any, **options: Any) -> paramiko.Transport:
        """Return a transport that asks for a type of host key that is known.

        It prefers AES-GCM: with other ciphers paramiko checks every packet's MAC in Python.
        """
        import paramiko

        made = paramiko.Transport(sock, **options)
        security = made.get_security_options()
        types = {key.type for key in self.keys if not key.revoked}
        security.ciphers = sorted(security.ciphers, key=lambda name: "gcm" not in name)
        # An RSA key is known as ssh-rsa, and proved by rsa-sha2-256 or rsa-sha2-512.
        security.key_types = sorted(
            security.key_types, key=lambda name: ("ssh-rsa" if name.startswith("rsa-sha2") else name) not in types)
        return made

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Judge the key that a server shows; raises ConnectError unless it may be trusted."""
        data = key.asbytes()
        same = [each for each in self.keys if each.data == data]
        if any(each.revoked for each in same):
            raise ConnectError(self.host, f"the host key of {self.hop.address} is revoked in {places(same)}",
                               "nobody may trust this key any more: give the host a new one")
        if same:
            return
        known = [each for each in self.keys if not each.revoked]
        if known:
            raise ConnectError(
                self.host,
                f"THE HOST KEY OF {self.hop.address} HAS CHANGED: it shows {key.get_name()} {fingerprint(data)}",
                f"another key is known in {places(known)}. Someone may be listening in, or the host was built anew; "
                f"only if you know that it was, remove the old key: ssh-keygen -R {self.name!r} -f {known[0].file}")
        if self.hop.checking != "accept-new":
            raise ConnectError(
                self.host, f"the host key of {self.hop.address} is not known ({key.get_name()} {fingerprint(data)})",
                f"check that fingerprint and add the key to {self.known.files[0]}, or accept new keys with "
                "--ssh-common-args '-o StrictHostKeyChecking=accept-new'")
        try:
            self.known.remember(self.name, key.get_name(), data)
        except OSError as error:
            raise ConnectError(self.host, f"the new host key cannot be kept in {self.known.files[0]}: {error.strerror}",
                               "name a file that can be written with -o UserKnownHostsFile") from None


def places(keys: list[Any]) -> str:
    """Return where keys stand, as file:line."""
    return ", ".join(f"{each.file}:{each.line}" for each in keys)
