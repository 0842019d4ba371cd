import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from muster.connect import remote_shell

PROGRAM = Path(remote_shell.__file__)


@pytest.fixture
def asked():
    """Start it, and return its process and our end of its socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), str(theirs.fileno()), "host", "cat", "/a\\ b"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[theirs.fileno()])
        theirs.close()
        yield process, ours
        process.kill()
        process.communicate()


def test_it_hands_over_the_command_and_its_ends_and_ends_as_it_is_told(asked):
    process, ours = asked
    line, descriptors, _, _ = socket.recv_fds(ours, 1000, 3)
    assert line == b"cat /a\\ b\0"
    process.stdin.write(b"in")
    process.stdin.flush()
    assert os.read(descriptors[0], 10) == b"in"
    os.write(descriptors[1], b"out")
    for each in descriptors:
        os.close(each)
    assert process.stdout.read() == b"out"  # To its end: nobody else holds it open.
    ours.sendall(bytes([23]))
    assert process.wait(20) == 23


@pytest.mark.parametrize("heard", [True, False])
def test_it_ends_like_ssh_when_nobody_is_there_any_more(asked, heard):
    process, ours = asked
    if heard:
        for each in socket.recv_fds(ours, 1000, 3)[1]:
            os.close(each)
    ours.shutdown(socket.SHUT_RDWR)
    assert process.wait(20) == remote_shell.LOST
