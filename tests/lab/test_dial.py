import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from muster.lab import dial

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="entering a network namespace needs root")
OWN = "/proc/self/ns/net"


def namespace() -> Path:
    """Which network namespace this thread is in."""
    return Path(f"/proc/self/task/{threading.get_native_id()}/ns/net").readlink()


@needs_root
def test_a_connection_can_be_made_and_the_thread_comes_back() -> None:
    before = namespace()
    with socket.create_server(("127.0.0.1", 0)) as server:
        sock = dial.connect(OWN, "127.0.0.1", server.getsockname()[1], timeout=5)
        sock.send(b"x")
        assert server.accept()[0].recv(1) == b"x"
        sock.close()
    assert namespace() == before


@needs_root
def test_the_program_hands_the_connection_over() -> None:
    ours, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as server:
        argv = [sys.executable, "-IS", dial.__file__, OWN, "127.0.0.1", str(server.getsockname()[1])]
        subprocess.run(argv, stdout=theirs, check=True, timeout=10)
        _, (descriptor,), _, _ = socket.recv_fds(ours, 1, 1)
        with socket.socket(fileno=descriptor) as sock:
            sock.send(b"x")
            assert server.accept()[0].recv(1) == b"x"


def test_a_namespace_that_is_not_there_is_named() -> None:
    argv = [sys.executable, "-IS", dial.__file__, "/run/netns/muster-none", "127.0.0.1", "1"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=10)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "cannot connect to 127.0.0.1 port 1 in namespace /run/netns/muster-none: No such file"
    )
