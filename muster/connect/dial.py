"""What a login runs over: a TCP connection, or the input and output of a command."""

from __future__ import annotations

import math
import os
import socket
import sys

CLONE_NEWNET = 0x40000000  # linux/sched.h
MIN_RTT = slice(148, 152)  # tcpi_min_rtt in struct tcp_info, microseconds (linux/tcp.h, since Linux 4.6).

# A peer that is gone is noticed after a minute, whether it is being written to or waited for (tcp(7)).
SILENT_SECONDS = 60
PROBES = {
    "TCP_KEEPIDLE": SILENT_SECONDS // 2,
    "TCP_KEEPINTVL": SILENT_SECONDS // 6,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": SILENT_SECONDS * 1000,
}


# Bytes that are asked for at once. paramiko wants a packet's first bytes and then the others; each time is two system
# calls (poll and recv), and at either another thread may take the interpreter.
RECEIVED = 1 << 14


class PromptSocket(socket.socket):
    """A socket that acknowledges what it receives at once, and asks the system for more than it is asked for.

    sshd leaves Nagle's algorithm on until a command runs: until then each of its small messages waits for the
    acknowledgement of the one before, which Linux would hold back for 40 ms (tcp(7): TCP_QUICKACK does not last).
    Only one thread may receive.
    """

    received = b""

    def recv(self, size: int, flags: int = 0) -> bytes:
        if not self.received:
            self.received = super().recv(max(size, RECEIVED), flags)
            if hasattr(socket, "TCP_QUICKACK"):
                self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        data, self.received = self.received[:size], self.received[size:]
        return data


def dial(address: str, port: int, timeout: float, netns: str | None = None) -> socket.socket:
    """Return a connected socket that sends small packets at once; raises OSError, that of the last address tried.

    address: name, IPv4 or IPv6 address
    timeout: seconds for a connection to come about
    netns: path of a network namespace to connect from (the lab's hosts live in one); the machine's own when None
    """
    last = OSError(f"there is no address for {address}")
    for family, kind, protocol, _, place in socket.getaddrinfo(address, port, type=socket.SOCK_STREAM):
        made = socket_in(netns, family, kind, protocol)
        try:
            made.settimeout(timeout)
            made.connect(place)
        except OSError as error:
            made.close()
            last = error
            continue
        attend(made)
        return made
    raise last


def attend(made: socket.socket) -> None:
    """Set what a connection needs: no waiting for company (Nagle), and an end when nobody is there any more."""
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in PROBES.items():
        if hasattr(socket, name):  # Not every system has all of them.
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def round_trip(connection: object) -> float:
    """Return the shortest time so far, in seconds, in which the peer of a connection has answered; infinity if unknown.

    It is unknown of what is no TCP socket (a jump host's channel, a ProxyCommand) and on other systems than Linux.
    """
    if not isinstance(connection, PromptSocket) or sys.platform != "linux":
        return math.inf
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, MIN_RTT.stop)
    return int.from_bytes(info[MIN_RTT], sys.byteorder) / 1e6 if len(info) == MIN_RTT.stop else math.inf


def socket_in(netns: str | None, family: int, kind: int, protocol: int) -> socket.socket:
    """Return a new socket of a network namespace: it stays in the one it was made in."""
    if netns is None:
        return PromptSocket(family, kind, protocol)
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        other = os.open(netns, os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(other)
            try:
                return PromptSocket(family, kind, protocol)
            finally:
                enter(own)
        finally:
            os.close(other)
    finally:
        os.close(own)


def enter(descriptor: int) -> None:
    """Move this thread into a network namespace (os.setns exists only from Python 3.12 on)."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot enter the network namespace ({os.strerror(number)}); this needs root")


def dial_through(command: str) -> socket.socket:
    """Start a ProxyCommand, as ssh does, and return its input and output as one socket.

    What it has to say against it goes to standard error, as with ssh. It ends when the socket is closed.
    """
    import subprocess

    ours, theirs = socket.socketpair()
    with theirs:
        subprocess.Popen(["/bin/sh", "-c", f"exec {command}"], stdin=theirs.fileno(), stdout=theirs.fileno())
    return ours
