"""Logins: Fabric connections with checked host keys, and one shared login for each jump host.

Three of Fabric's defaults are mended here (seen in 3.2.3): it accepts any host key, loads no known_hosts, and dials
jump hosts in reverse order, once per host.
"""

from __future__ import annotations

import getpass
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from muster.connect.destination import Destination, Hop
from muster.connect.dial import dial
from muster.connect.known_hosts import KnownHosts, fingerprint, known_name
from muster.errors import ConnectError

if TYPE_CHECKING:
    import fabric
    import paramiko

# A server that sheds load (MaxStartups) drops a login before its banner; it is tried again after a while.
ATTEMPTS = 6
FIRST_PAUSE = 0.3


class Logins:
    """All logins of a run. Threads may share it."""

    def __init__(self, ask: Callable[[str], str] = getpass.getpass) -> None:
        import fabric
        import paramiko

        self.ask = ask
        # One configuration for all connections: reading it anew for each costs more than a handshake.
        self.config = fabric.Config(lazy=True, ssh_config=paramiko.SSHConfig())
        self.guard = threading.Lock()
        self.jumps: dict[tuple[Any, ...], fabric.Connection] = {}
        self.jump_locks: dict[tuple[Any, ...], threading.Lock] = {}
        self.keys: dict[str, paramiko.PKey | None] = {}
        self.known: dict[tuple[str, ...], KnownHosts] = {}

    def login(self, destination: Destination) -> fabric.Connection:
        """Return an open connection to the last hop; raises ConnectError."""
        through: fabric.Connection | None = None
        for number, hop in enumerate(destination.hops[:-1], 1):
            through = self.jump(destination, hop, destination.hops[:number], through)
        return self.open(destination, destination.hops[-1], through)

    def jump(
        self, destination: Destination, hop: Hop, path: tuple[Hop, ...], through: fabric.Connection | None
    ) -> fabric.Connection:
        """Return the login to a jump host that all hosts behind it share."""
        key = (destination.netns, destination.proxy_command, *path)
        with self.guard:
            lock = self.jump_locks.setdefault(key, threading.Lock())
        with lock:
            known = self.jumps.get(key)
            if known is None or not known.is_connected:
                self.jumps[key] = self.open(destination, hop, through)
            return self.jumps[key]

    def open(self, destination: Destination, hop: Hop, through: fabric.Connection | None) -> fabric.Connection:
        """Log in, again after a pause when the server or the jump host had too much to do."""
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self.attempt(destination, hop, through)
            except Overloaded as error:
                if attempt == ATTEMPTS:
                    hint = "the server sheds load: raise MaxStartups there, or lower --forks"
                    raise ConnectError(destination.host, f"{error} ({ATTEMPTS} attempts)", hint) from None
                time.sleep(pause * (0.5 + random.random()))
                pause *= 2
        raise AssertionError("unreachable")

    def attempt(self, destination: Destination, hop: Hop, through: fabric.Connection | None) -> fabric.Connection:
        import fabric
        import paramiko

        connection = fabric.Connection(
            hop.address, user=hop.user, port=hop.port, config=self.config, connect_timeout=destination.timeout,
            connect_kwargs={
                "sock": self.socket(destination, hop, through),
                "pkey": self.first_key(hop),
                "key_filename": [key for key in map(os.path.expanduser, hop.keys[1:]) if os.path.isfile(key)],
                "allow_agent": hop.agent,
                "look_for_keys": False,
                "password": destination.password,
                "banner_timeout": destination.timeout * 2,
                "auth_timeout": destination.timeout * 3,
                "transport_factory": transport,
            },
        )
        check = HostKeyCheck(destination.host, hop, self.known_hosts(hop))
        check.install(connection.client)
        where = f"{hop.user}@{hop.address}:{hop.port}"
        try:
            connection.open()
        except paramiko.BadHostKeyException as error:
            raise check.changed(error.key) from None
        except paramiko.AuthenticationException as error:
            raise ConnectError(destination.host, f"{where} does not let us in: {error}", tried(hop)) from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            if is_shedding(error):
                raise Overloaded(f"{where} closed the connection before the login") from None
            raise ConnectError(destination.host, f"no ssh connection to {where}: {reason(error)}") from None
        return connection

    def socket(self, destination: Destination, hop: Hop, through: fabric.Connection | None) -> Any:
        """Return what the login runs over: a TCP socket, a channel of the jump host, or a command's input and output."""
        import paramiko

        try:
            if through is not None:
                transport = through.transport
                assert transport is not None
                return transport.open_channel("direct-tcpip", (hop.address, hop.port), ("", 0),
                                              timeout=destination.timeout)
            if destination.proxy_command:
                command = destination.proxy_command.replace("%h", hop.address).replace("%p", str(hop.port))
                return paramiko.ProxyCommand(command.replace("%r", hop.user))
            return dial(hop.address, hop.port, destination.timeout, destination.netns)
        except paramiko.ChannelException as error:
            way = f"the jump host {through.host} cannot reach {hop.address}:{hop.port}" if through else str(error)
            raise ConnectError(destination.host, f"{way}: {error.text}") from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise ConnectError(destination.host, f"cannot reach {hop.address} port {hop.port}: {reason(error)}") from None

    def known_hosts(self, hop: Hop) -> KnownHosts:
        with self.guard:
            if hop.known_hosts not in self.known:
                self.known[hop.known_hosts] = KnownHosts(hop.known_hosts)
            return self.known[hop.known_hosts]

    def first_key(self, hop: Hop) -> paramiko.PKey | None:
        """Return the first private key of the hop that exists, loaded once for all hosts."""
        for path in hop.keys:
            with self.guard:
                if path not in self.keys:
                    self.keys[path] = self.load_key(os.path.expanduser(path))
                if self.keys[path] is not None:
                    return self.keys[path]
        return None

    def load_key(self, path: str) -> paramiko.PKey | None:
        """Return a private key, asking for its passphrase when there is a terminal; None when there is no such file."""
        import paramiko

        if not os.path.isfile(path):
            return None
        try:
            return paramiko.PKey.from_path(path)
        except (TypeError, paramiko.PasswordRequiredException):
            if not sys.stdin.isatty():
                return None  # The agent may hold it.
            return paramiko.PKey.from_path(path, self.ask(f"Passphrase for {path}: "))
        except (paramiko.SSHException, paramiko.pkey.UnknownKeyType, ValueError, OSError) as error:
            raise ConnectError("localhost", f"the private key {path} cannot be used: {error}") from None

    def close(self) -> None:
        for connection in self.jumps.values():
            connection.close()


def transport(sock: Any, **options: Any) -> paramiko.Transport:
    """Return a transport that prefers AES-GCM: with other ciphers paramiko checks every packet's MAC in Python."""
    import paramiko

    made = paramiko.Transport(sock, **options)
    security = made.get_security_options()
    security.ciphers = sorted(security.ciphers, key=lambda name: "gcm" not in name)
    return made


class Overloaded(Exception):
    """The server dropped the connection before the login."""


def is_shedding(error: BaseException) -> bool:
    """Tell whether the failure looks like MaxStartups: the peer hangs up before or right after its banner."""
    if isinstance(error, (EOFError, ConnectionResetError)):
        return True
    text = str(error)
    return "protocol banner" in text or "Negotiation failed" in text or "Connection reset" in text


def reason(error: BaseException) -> str:
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def tried(hop: Hop) -> str:
    """Say which keys were tried, so that the reader sees which one is missing."""
    have = [key for key in hop.keys if os.path.isfile(os.path.expanduser(key))]
    missing = [key for key in hop.keys if key not in have]
    words = f"tried the key{'s' if len(have) > 1 else ''} {', '.join(have)}" if have else "there was no key to try"
    if missing and not have:
        words += f" (no such file: {', '.join(missing)})"
    return words + (" and the agent's" if hop.agent else "")


class HostKeyCheck:
    """Holds one server to the keys that are known for it. It is paramiko's policy object for missing keys."""

    def __init__(self, host: str, hop: Hop, known: KnownHosts) -> None:
        self.host = host
        self.hop = hop
        self.known = known
        self.address = hop.host_key_alias or hop.address
        self.keys = known.keys(self.address, hop.port)

    def install(self, client: paramiko.SSHClient) -> None:
        """Give the client this host's keys, so that it asks for a type that is known, and this policy."""
        import paramiko

        name = known_name(self.hop.address, self.hop.port)
        for key in self.keys:
            if not key.revoked:
                try:
                    client.get_host_keys().add(name, key.type, paramiko.PKey.from_type_string(key.type, key.data))
                except (paramiko.SSHException, paramiko.pkey.UnknownKeyType, ValueError):
                    continue  # A kind of key that paramiko does not have cannot be negotiated either.
        client.set_missing_host_key_policy(self)  # type: ignore[arg-type]

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Called by paramiko when it was given no key of this type for the server."""
        if any(each.revoked and each.data == key.asbytes() for each in self.keys):
            raise ConnectError(self.host, f"the host key of {self.hop.address} is revoked")
        if any(not each.revoked for each in self.keys):
            raise self.changed(key)
        if self.hop.checking == "accept-new":
            self.known.remember(self.address, self.hop.port, key.get_name(), key.asbytes())
            return
        raise ConnectError(
            self.host, f"the host key of {self.hop.address} is not known ({key.get_name()} {fingerprint(key.asbytes())})",
            f"check that fingerprint and add the key to {self.known.files[0]}, or accept new keys with "
            "--ssh-common-args '-o StrictHostKeyChecking=accept-new'",
        )

    def changed(self, key: Any) -> ConnectError:
        """Return the error for a server that shows another key than the one that is known."""
        places = ", ".join(f"{each.file}:{each.line}" for each in self.keys)
        return ConnectError(
            self.host,
            f"THE HOST KEY OF {self.hop.address} HAS CHANGED: it shows {key.get_name()} {fingerprint(key.asbytes())}",
            f"another key is known in {places}. Someone may be listening in, or the host was built anew; "
            "only if you know that it was, remove that line",
        )
