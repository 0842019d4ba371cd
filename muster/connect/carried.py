"""A program of the controller that speaks with one on a host, as rsync does, over the connection that is there.

Such a program starts a remote shell to reach the host. It is given `remote_shell.py` for that, which sends its command,
and its input and output as they are, through a socket to here. So there is no second login: ports, passwords, jump
hosts and checked host keys are those of the connection.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from muster.actions.action import NOT_FOUND
from muster.connect.become import PROMPT, Become, answers, prefix, refused
from muster.connect.pipe import Pipe
from muster.connect.remote_shell import LOST
from muster.errors import ConnectError, HostError, ShellRefused

REMOTE_SHELL = Path(__file__).with_name("remote_shell.py")
BEGIN = "MUSTER CARRIES"
LONGEST_NOISE = 65536
PIECE = 1 << 16


class Outcome(NamedTuple):
    """What a program left.

    rc: its status; where the host has no such command NOT_FOUND, which the program itself may not have heard in time
    """

    rc: int
    stdout: str
    stderr: str


def command(become: Become, line: str) -> str:
    """Return the shell line that says it is there and then runs another, as the wanted user.

    Paths in it stand for what they are to the user who logs in, `~` too. What sudo did not read of its answers is
    dropped, up to a line that says where what is carried begins.
    """
    if become.user:
        drop = f'while read -r l && [ "$l" != "{BEGIN}" ]; do :; done; echo "{BEGIN}"; exec "$@"'
        script = f"LC_ALL=C exec {prefix(become)} /bin/sh -c {shlex.quote(drop)} sh {line}"
    else:
        script = f"echo '{BEGIN}'; {line}"
    return f"exec /bin/sh -c {shlex.quote(script)}"


def begin(host: str, pipe: Pipe, become: Become) -> bytes:
    """Wait until the command on the host runs, and return what it said already; raises HostError.

    What a login shell prints before is noise.
    """
    first = f"{BEGIN}\n".encode()
    if become.user:
        with contextlib.suppress(OSError):  # Why nobody takes it is said below.
            pipe.write(answers(become) + first)
    seen = b""
    while first not in seen:
        data = pipe.read()
        seen += data
        if not data or len(seen) > LONGEST_NOISE:
            raise explain(host, pipe, become)
    return seen.partition(first)[2]


def explain(host: str, pipe: Pipe, become: Become) -> HostError:
    """Return the error for a command that was never begun."""
    status, errors = pipe.status(), pipe.errors().replace(PROMPT, "")
    if error := refused(host, become, errors):
        return error
    if status is None:
        return ConnectError(host, "the connection was lost")
    return ShellRefused(host, f"its login shell does not run commands: {errors.strip() or f'status {status}'}",
                        "give that user a shell in /etc/passwd, or log in as another one")


def carry(
    host: str, argv: Sequence[str], environment: Mapping[str, str], variable: str, become: Become,
    dial: Callable[[str], Pipe], seconds: float = 0,
) -> Outcome:
    """Run a program to its end and return what it left.

    variable: of the environment, in which it looks for its remote shell
    dial: opens a pipe to a command on the host
    seconds: it may take, 0 for any number
    Raises HostError, TimeoutError, and another OSError where it cannot be started.
    """
    import subprocess

    ours, theirs = socket.socketpair()
    with ours, theirs:
        shell = f"{quoted(sys.executable)} -I -S {quoted(str(REMOTE_SHELL))} {theirs.fileno()}"
        environment = {**os.environ, **environment, variable: shell}
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment, pass_fds=[theirs.fileno()]) as process:
            theirs.close()
            link = Link(host, ours, become, dial)
            try:
                stdout, stderr = process.communicate(timeout=seconds or None)
            except subprocess.TimeoutExpired:
                raise TimeoutError(f"{argv[0]} took longer than {seconds:g} s") from None
            finally:
                process.kill()  # Which is nothing to one that has ended.
                link.close()
    if link.trouble:
        raise link.trouble
    rc = NOT_FOUND if link.status == NOT_FOUND else process.returncode
    return Outcome(rc, text(stdout), text(stderr))


def quoted(word: str) -> str:
    """Return a word as rsync(1) reads it in its remote shell's command line: a quote in it is doubled."""
    return "'" + word.replace("'", "''") + "'"


def text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


class Link:
    """What a remote shell asked for: a command on the host, and bytes in both directions.

    status: that of the command on the host
    trouble: what became of the way to the host, if anything did
    """

    def __init__(self, host: str, asked: socket.socket, become: Become, dial: Callable[[str], Pipe]) -> None:
        self.host = host
        self.asked = asked
        self.become = become
        self.dial = dial
        self.pipe: Pipe | None = None
        self.trouble: HostError | None = None
        self.closed = False
        self.status = LOST
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        """Carry until the command on the host has ended, and tell the remote shell how."""
        line, descriptors = self.request()
        if not descriptors:
            return  # The program had no need of the host, or ended before.
        source, sink, complaints = descriptors
        feeder = threading.Thread(target=self.feed, args=(source,), daemon=True)
        try:
            self.status = self.run(line, feeder, sink, complaints)
        except HostError as error:
            self.trouble = None if self.closed else error
        except OSError:
            pass  # The program has ended before the command, and its own status tells of that.
        os.close(sink)
        os.close(complaints)
        with contextlib.suppress(OSError):
            self.asked.sendall(bytes([self.status & 255]))
        if feeder.ident:
            feeder.join()  # It ends with the program.
        os.close(source)

    def request(self) -> tuple[str, list[int]]:
        """Return the command line, and the descriptors of the program's ends; no descriptors when nothing is wanted.

        rsync's are such that nobody waits at them, which is mended.
        """
        data, descriptors, _, _ = socket.recv_fds(self.asked, PIECE, 3)
        while data and not data.endswith(b"\0"):
            data += self.asked.recv(PIECE)
        for each in descriptors:
            os.set_blocking(each, True)
        return os.fsdecode(data[:-1]), descriptors

    def run(self, line: str, feeder: threading.Thread, sink: int, complaints: int) -> int:
        """Run the command on the host and return its status."""
        pipe = self.pipe = self.dial(command(self.become, line))
        if self.closed:
            pipe.close()
        data = begin(self.host, pipe, self.become)
        feeder.start()
        put(sink, data)
        while data := pipe.read():
            put(sink, data)
            put(complaints, pipe.errors().encode())
        status = pipe.status()
        put(complaints, pipe.errors().encode())
        if status is None:
            raise ConnectError(self.host, "the connection was lost")
        return status

    def feed(self, source: int) -> None:
        """Pass on what the program says to the command, which is ended with the program."""
        assert self.pipe
        with contextlib.suppress(OSError):  # The command has ended, which its status tells.
            while data := os.read(source, PIECE):
                self.pipe.write(data)

    def close(self) -> None:
        """End what is still being carried."""
        self.closed = True
        with contextlib.suppress(OSError):
            self.asked.shutdown(socket.SHUT_RDWR)
        if self.pipe:
            self.pipe.close()
        self.thread.join()


def put(descriptor: int, data: bytes) -> None:
    """Write all of the data; raises OSError when nobody reads it any more."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest):]
