"""Logins: Fabric connections with checked host keys, and one shared login for each jump host.

Three of Fabric's defaults are mended here (seen in 3.2.3): it accepts any host key, loads no known_hosts, and dials
jump hosts in reverse order, once per host. And its constructor is kept from writing to what threads share.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from muster.connect.authentication import Authentication
from muster.connect.destination import Destination, Hop
from muster.connect.dial import dial, dial_through
from muster.connect.host_key import HostKeyCheck
from muster.connect.keys import Keys
from muster.connect.known_hosts import KnownHosts
from muster.connect.lean import Fabric
from muster.errors import ConnectError, OptionError

if TYPE_CHECKING:
    import fabric
    import paramiko

# A server that sheds load (MaxStartups) drops a login before its banner; it is tried again for so many seconds, after
# pauses that grow and differ, so that those who were dropped together do not come back together.
PATIENCE = 30.0
FIRST_PAUSE = 0.3
LONGEST_PAUSE = 4.0
# Where nobody answers, it is tried again only if that was asked for (ssh_retries), after 1, 3, 7... seconds and at most
# so many, as ansible-core's ssh does.
LONGEST_RETRY = 30


class Logins:
    """All logins of a run. Threads may share it."""

    def __init__(self) -> None:
        self.keys = Keys()
        self.guard = threading.Lock()
        self.loading = threading.Lock()
        self.loaded: Fabric | None = None
        self.jumps: dict[tuple[Any, ...], fabric.Connection] = {}
        self.jump_locks: dict[tuple[Any, ...], threading.Lock] = {}
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
        """Log in, again after a pause while the server has too much to do, or does not answer."""
        pause, deadline, retries = FIRST_PAUSE, time.monotonic() + PATIENCE, 0
        while True:
            try:
                return self.attempt(destination, hop, through)
            except Unanswered:
                retries += 1
                if retries > destination.retries:
                    raise
                time.sleep(min(2**retries - 1, LONGEST_RETRY))
            except Overloaded as error:
                if time.monotonic() > deadline:
                    hint = ("it sheds load (raise MaxStartups there, or lower --forks), or does not let this machine "
                            "in at all (hosts.deny, PerSourcePenalties)")
                    raise ConnectError(destination.host, f"{error}, for {PATIENCE:.0f} s", hint) from None
                import random

                time.sleep(pause * (0.5 + random.random()))
                pause = min(pause * 2, LONGEST_PAUSE)

    def load(self) -> Fabric:
        """Return Fabric. Loading it takes a tenth of a second, in which the servers that were dialled get ready."""
        with self.loading:
            if self.loaded is None:
                self.loaded = Fabric()
            return self.loaded

    def attempt(self, destination: Destination, hop: Hop, through: fabric.Connection | None) -> fabric.Connection:
        """Log in once; raises Overloaded or ConnectError, and then leaves no socket behind."""
        sock = dialled(destination, hop) if through is None else channel(destination, hop, through)
        try:
            connection = self.connection(destination, hop, sock)
        except BaseException:
            sock.close()
            raise
        import paramiko

        where = f"{hop.user}@{hop.address}:{hop.port}"
        try:
            connection.open()
        except BaseException as error:
            connection.client.close()
            sock.close()
            if isinstance(error, OptionError):
                raise ConnectError(destination.host, error.message) from None
            if not isinstance(error, (paramiko.SSHException, EOFError, OSError)):
                raise
            if is_shedding(error):
                raise Overloaded(f"{where} closed the connection before the login") from None
            raise Unanswered(destination.host, f"no ssh connection to {where}: {reason(error)}") from None
        return connection

    def connection(self, destination: Destination, hop: Hop, sock: Any) -> fabric.Connection:
        """Return a connection over this socket that is not open yet."""
        check = HostKeyCheck(destination.host, hop, self.known_hosts(hop))
        made = self.load().connection(
            hop.address, user=hop.user, port=hop.port, connect_timeout=destination.timeout,
            connect_kwargs={
                "sock": sock,
                "auth_strategy": Authentication(destination.host, hop, self.keys, destination.password),
                "banner_timeout": destination.timeout,
                "auth_timeout": destination.timeout * 3,
                "transport_factory": check.transport,
            },
        )
        made.client.set_missing_host_key_policy(check)
        return made

    def known_hosts(self, hop: Hop) -> KnownHosts:
        with self.guard:
            if hop.known_hosts not in self.known:
                self.known[hop.known_hosts] = KnownHosts(hop.known_hosts)
            return self.known[hop.known_hosts]

    def close(self) -> None:
        """End the logins to jump hosts; those to hosts are their users' to close, and come first."""
        for connection in reversed(self.jumps.values()):
            connection.close()


def dialled(destination: Destination, hop: Hop) -> socket.socket:
    """Return what the first login runs over: a TCP socket, or a command's two ends; raises ConnectError."""
    try:
        if destination.proxy_command:
            return dial_through(filled(destination.proxy_command, hop))
        return dial(hop.address, hop.port, destination.timeout, destination.netns)
    except socket.gaierror as error:
        raise ConnectError(destination.host, f"there is no address for {hop.address}: {reason(error)}",
                           "say where it is with ansible_host, or in ~/.ssh/config") from None
    except OSError as error:
        raise Unanswered(destination.host, f"cannot reach {hop.address} port {hop.port}: {reason(error)}") from None


def channel(destination: Destination, hop: Hop, through: fabric.Connection) -> paramiko.Channel:
    """Return a channel of a jump host, which the next login runs over; raises ConnectError."""
    import paramiko

    where = f"{hop.address} port {hop.port}"
    assert through.transport is not None
    try:
        made: paramiko.Channel = through.transport.open_channel(
            "direct-tcpip", (hop.address, hop.port), ("", 0), timeout=destination.timeout)
        return made
    except paramiko.ChannelException as error:
        message = f"the jump host {through.host} cannot reach {where}: {error.text}"
        if error.code == 1:
            raise ConnectError(destination.host, message,
                               "is forwarding allowed there (AllowTcpForwarding, PermitOpen)?") from None
        raise Unanswered(destination.host, message) from None
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise Unanswered(destination.host, f"cannot reach {where}: {reason(error)}") from None


class Unanswered(ConnectError):
    """Nobody answers, or the connection is lost before the login; that may be another thing in a while."""


class Overloaded(Exception):
    """The server dropped the connection before the login."""


# What paramiko says of a peer that hung up early; which of these depends on how far its thread had come.
SHEDDING = ("protocol banner", "Negotiation failed", "Connection reset", "No existing session")


def is_shedding(error: BaseException) -> bool:
    """Tell whether the failure looks like MaxStartups: the peer hangs up before or right after its banner."""
    if isinstance(error, (EOFError, ConnectionResetError)):
        return True
    if isinstance(error.__context__, TimeoutError):
        return False
    text = str(error)
    return any(words in text for words in SHEDDING)


def filled(command: str, hop: Hop) -> str:
    """Return a ProxyCommand with its %h, %p, %r and %% filled in."""
    values = {"%h": hop.address, "%p": str(hop.port), "%r": hop.user, "%%": "%"}
    return re.sub("%[hpr%]", lambda match: values[match[0]], command)


def reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
