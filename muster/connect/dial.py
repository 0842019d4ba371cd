"""What a login runs over: a TCP connection, or the input and output of a command."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess

CLONE_NEWNET = 0x40000000  # linux/sched.h

# A peer that is gone is noticed after a minute, whether it is being written to or waited for (tcp(7)).
SILENT_SECONDS = 60
PROBES = {
    socket.TCP_KEEPIDLE: SILENT_SECONDS // 2,
    socket.TCP_KEEPINTVL: SILENT_SECONDS // 6,
    socket.TCP_KEEPCNT: 3,
    socket.TCP_USER_TIMEOUT: SILENT_SECONDS * 1000,
}


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
    for option, value in PROBES.items():
        made.setsockopt(socket.IPPROTO_TCP, option, value)


def socket_in(netns: str | None, family: int, kind: int, protocol: int) -> socket.socket:
    """Return a new socket of a network namespace: it stays in the one it was made in."""
    if netns is None:
        return socket.socket(family, kind, protocol)
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        other = os.open(netns, os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(other)
            try:
                return socket.socket(family, kind, protocol)
            finally:
                enter(own)
        finally:
            os.close(other)
    finally:
        os.close(own)


def enter(descriptor: int) -> None:
    """Move this thread into a network namespace (os.setns exists only from Python 3.12 on)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot enter the network namespace ({os.strerror(number)}); this needs root")


def dial_through(command: str) -> socket.socket:
    """Start a ProxyCommand, as ssh does, and return its input and output as one socket.

    What it has to say against it goes to standard error, as with ssh. It ends when the socket is closed.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        subprocess.Popen(["/bin/sh", "-c", f"exec {command}"], stdin=theirs.fileno(), stdout=theirs.fileno())
    return ours
