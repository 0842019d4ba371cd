"""TCP connections: the first hop to anywhere."""

from __future__ import annotations

import ctypes
import os
import socket

CLONE_NEWNET = 0x40000000  # linux/sched.h


def dial(address: str, port: int, timeout: float, netns: str | None = None) -> socket.socket:
    """Return a connected socket that sends small packets at once; raises OSError.

    timeout: seconds for the connection to come about
    netns: path of a network namespace to connect from (the lab's hosts live in one); the machine's own when None
    """
    if netns:
        return connect_in(netns, address, port, timeout)
    made = socket.create_connection((address, port), timeout)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def connect_in(netns: str, address: str, port: int, timeout: float) -> socket.socket:
    """Connect from a network namespace: a socket stays in the one it was made in, so only its making needs to be there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        other = os.open(netns, os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(other)
            try:
                made = socket.socket(family, socket.SOCK_STREAM)
            finally:
                enter(own)
        finally:
            os.close(other)
    finally:
        os.close(own)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.settimeout(timeout)
    try:
        made.connect((address, port))
    except OSError:
        made.close()
        raise
    return made


def enter(descriptor: int) -> None:
    """Move this thread into a network namespace (os.setns exists only from Python 3.12 on)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot enter the network namespace ({os.strerror(number)}); this needs root")
