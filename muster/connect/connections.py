"""All connections of a run: one login a host, one agent for each user a host's tasks become."""

from __future__ import annotations

import contextlib
import getpass
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.connect import carried, start
from muster.connect.archive import Archive
from muster.connect.become import PROMPT, Become, answers, as_user, is_self
from muster.connect.carried import Outcome
from muster.connect.destination import Destination
from muster.connect.login import Logins
from muster.connect.pipe import LocalPipe, Pipe, SshPipe
from muster.connect.session import Session
from muster.errors import ConnectError
from muster.target.wire import encode

if TYPE_CHECKING:
    import fabric

LOCK_SECONDS = 300  # How long a host that another run is changing is waited for.


class Connections:
    """Opens sessions and shares logins among them. Threads may share it.

    task_files: of the task types the plan is known to need; others follow when they turn up
    """

    def __init__(self, task_files: Sequence[Path]) -> None:
        self.logins = Logins()
        self.archive = Archive(task_files)
        self.shipped = frozenset(path.stem for path in task_files)
        self.run = uuid.uuid4().hex
        self.guard = threading.Lock()
        self.hosts: dict[Destination, fabric.Connection] = {}
        self.locks: dict[Destination, threading.RLock] = {}

    def session(
        self, destination: Destination, become: Become, interpreter: str | None = None, facts: Any = None
    ) -> Session:
        """Return a new session, whose agent is on its way up.

        facts: which facts come along with its first words; None for none
        Raises ConnectError; an error below AgentError comes where a result is waited for.
        """
        become = needed(become, destination)
        pipe = self.pipe(destination, start.command(become, interpreter))
        who = f"{getpass.getuser()}@{socket.gethostname()}"
        hello = {"run": self.run, "who": who, "wait": LOCK_SECONDS, "facts": facts}
        return begin(destination.host, pipe, become, self.archive, hello, self.shipped)

    def pipe(self, destination: Destination, command: str) -> Pipe:
        if destination.local:
            return LocalPipe(command)
        with self.lock(destination):
            connection = self.login(destination)
            import paramiko

            try:
                return SshPipe(connection, command)
            except (paramiko.SSHException, EOFError, OSError) as error:
                raise ConnectError(destination.host, f"the connection does not take another session: {error}") from None

    def lock(self, destination: Destination) -> threading.RLock:
        """Return what keeps threads apart that log in to one host, or open a session there."""
        with self.guard:
            return self.locks.setdefault(destination, threading.RLock())

    def login(self, destination: Destination) -> fabric.Connection:
        """Return the login to a host, shared by all sessions there."""
        with self.lock(destination):
            connection = self.hosts.get(destination)
            if connection is None or not connection.is_connected:
                connection = self.hosts[destination] = self.logins.login(destination)
            return connection

    def raw(self, destination: Destination, command: str, become: Become) -> Outcome:
        """Run a command line in the login's shell, or in that of the user to become, without an agent."""
        become = needed(become, destination)
        pipe = self.pipe(destination, as_user(become, command))
        try:
            with contextlib.suppress(OSError):  # It may have ended before it read anything.
                pipe.write(answers(become))
            output = b""
            while data := pipe.read():
                output += data
            status, errors = pipe.status(), pipe.errors().replace(PROMPT, "")
        finally:
            pipe.close()
        return Outcome(-1 if status is None else status, output.decode("utf-8", "replace"), errors)

    def carry(
        self, destination: Destination, become: Become, argv: Sequence[str], environment: Mapping[str, str],
        variable: str, seconds: float = 0,
    ) -> Outcome:
        """Run a program of the controller whose remote shell is the login to a host; as for `carried.carry`."""
        return carried.carry(destination.host, argv, environment, variable, needed(become, destination),
                             lambda command: self.pipe(destination, command), seconds)

    def forget(self, destination: Destination) -> None:
        """Close a host's login; the next session logs in anew."""
        with self.guard:
            connection = self.hosts.pop(destination, None)
        if connection is not None:
            connection.close()

    def reconnect(self, destination: Destination, timeout: float, pause: float) -> None:
        """Log in anew, trying until it works or so many seconds have passed; raises ConnectError."""
        self.forget(destination)
        deadline = time.monotonic() + timeout
        while not destination.local:
            try:
                self.login(destination)
                return
            except ConnectError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(pause)

    def close(self) -> None:
        """End all logins, those of jump hosts after those behind them."""
        for connection in self.hosts.values():
            connection.close()
        self.logins.close()


def begin(
    host: str, pipe: Pipe, become: Become, archive: Archive, hello: Mapping[str, Any], shipped: Iterable[str] = ()
) -> Session:
    """Start an agent and return its session; nobody waits for the agent before there is something to ask it."""
    beginning = start.Start(host, pipe, become, archive, encode({"hello": hello}))
    beginning.begin()
    return Session(host, pipe, frozenset(shipped), beginning.greeting)


def needed(become: Become, destination: Destination) -> Become:
    """Return whom to become: nobody, where that is who logs in."""
    user = start.local_user() if destination.local else destination.user
    return Become() if is_self(become, user) else become
