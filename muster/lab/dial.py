"""A connection made in another network namespace: what `ssh` uses as its ProxyCommand to enter a lab.

    ssh -o ProxyUseFdpass=yes -o ProxyCommand="python3 dial.py /run/netns/muster-lab %h %p" ...

A socket belongs to the namespace it was made in, wherever it is used afterwards. So this program only connects, hands
the socket over to ssh, and ends: no byte of the session passes through it. It is run as a file, by its path, and
therefore imports nothing but the standard library.
"""

from __future__ import annotations

import os
import socket
import sys

CLONE_NEWNET = 0x40000000  # setns(2)


def enter(namespace: str) -> None:
    """Move the calling thread into a network namespace, named by its file. Needs root."""
    descriptor = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if hasattr(os, "setns"):  # Since Python 3.12.
            os.setns(descriptor, CLONE_NEWNET)
            return
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(descriptor, CLONE_NEWNET):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), namespace)
    finally:
        os.close(descriptor)


def connect(namespace: str, host: str, port: int, timeout: float | None = None) -> socket.socket:
    """Return a TCP connection to host:port made in a namespace; the calling thread comes back to its own.

    timeout: seconds to wait for the connection; forever when unset
    """
    home = f"/proc/self/task/{_thread()}/ns/net"
    with open(home, "rb") as own:
        enter(namespace)
        try:
            return socket.create_connection((host, port), timeout)
        finally:
            enter(f"/proc/self/fd/{own.fileno()}")


def _thread() -> int:
    """The kernel's id of this thread: namespaces belong to threads, not to processes."""
    import threading

    return threading.get_native_id()


def main(namespace: str, host: str, port: str) -> None:
    """Connect, and pass the connection to whoever is at the other end of standard output."""
    try:
        sock = connect(namespace, host, int(port))
    except OSError as error:
        sys.exit(f"cannot connect to {host} port {port} in namespace {namespace}: {error.strerror or error}")
    with sock, socket.socket(fileno=os.dup(1)) as to:
        socket.send_fds(to, [b"\0"], [sock.fileno()])


if __name__ == "__main__":
    main(*sys.argv[1:])
