"""Starting the agent: one shell line that finds a Python, becomes the wanted user, and runs the boot program.

What can go wrong is four different things, told apart here: no Python, sudo does not let us, the shell does not run
commands, and the agent died.
"""

from __future__ import annotations

import contextlib
import os
import shlex

from muster.connect.archive import BOOT, OLD, READY, Archive
from muster.connect.become import PROMPT, Become, answers, prefix, refused
from muster.connect.pipe import Pipe
from muster.errors import AgentDied, AgentError, NoPython, ShellRefused

PYTHONS = ("python3", "/usr/libexec/platform-python", "/usr/bin/python3")
NO_PYTHON = 86
LONGEST_NOISE = 65536


def command(become: Become, interpreter: str | None = None) -> str:
    """Return the shell line that starts the boot program on a host.

    Python is started isolated and without the host's packages, which saves a third of its start; no encoding is taken
    from the locale (3.6 does not know that option and ignores it).
    """
    candidates = [interpreter] if interpreter and interpreter.startswith("/") else [*PYTHONS]
    boot = f"-I -S -X utf8 -c {shlex.quote(BOOT)}"
    if become.user:
        start = f"LC_ALL=C exec {prefix(become)} "
    else:
        start = "exec "
    script = (
        f"for p in {' '.join(map(shlex.quote, candidates))}; do q=$(command -v $p) && {start}$q {boot}; done; "
        f"exit {NO_PYTHON}"
    )
    return f"exec /bin/sh -c {shlex.quote(script)}"


class Start:
    """The start of one agent.

    A host that is far away is sent the archive and the first frames at once. One that is near is asked first which
    Python it has, which takes no time there, and then gets the archive that suits it best.

    first: frames to send right behind the archive
    """

    def __init__(self, host: str, pipe: Pipe, become: Become, archive: Archive, first: bytes) -> None:
        self.host = host
        self.pipe = pipe
        self.become = become
        self.archive = archive
        self.first = first

    def begin(self) -> None:
        """Send what can be sent without waiting. The boot program drops what sudo did not read of its answers."""
        ahead = b"" if self.pipe.near else self.archive.source + self.first
        with contextlib.suppress(OSError):  # Why nobody takes it is said where the greeting is waited for.
            self.pipe.write(answers(self.become) + ahead)

    def greeting(self) -> bytes:
        """Wait until the boot program runs, send what it lacks, and return bytes that came behind its greeting.

        Raises one of the errors below AgentError.
        """
        magic, rest = greeting(self.host, self.pipe, self.become)
        if self.pipe.near:
            lacking = self.archive.fitting(magic) + self.first
            try:
                self.pipe.write(lacking)
            except OSError:
                raise explain(self.host, self.pipe, b"", self.become) from None
        return rest


def greeting(host: str, pipe: Pipe, become: Become) -> tuple[int, bytes]:
    """Read until the boot program says that it runs; return its Python's magic number and bytes that came behind.

    What a login shell prints before it is noise, the command line that it refuses included.
    """
    seen = b""
    while not (ready := READY.search(seen)):
        if old := OLD.search(seen):
            raise NoPython(host, f"its Python is {old[1].decode()}; 3.6 or later is needed",
                           "install python3 there, or name another with ansible_python_interpreter")
        data = pipe.read()
        seen += data
        if not data or len(seen) > LONGEST_NOISE:
            raise explain(host, pipe, seen, become)
    return int(ready[1]), seen[ready.end():]


def explain(host: str, pipe: Pipe, seen: bytes, become: Become) -> AgentError:
    """Return the error for a start that failed, from the exit status and what was said."""
    status, errors = pipe.status(), pipe.errors().replace(PROMPT, "")
    said = last_words(errors) or last_words(seen.decode("utf-8", "replace"))
    if status == NO_PYTHON:
        return NoPython(host, "there is no Python on it", "install python3 (3.6 or later); `raw` tasks need none")
    if error := refused(host, become, errors):
        return error
    if status is None:
        return AgentDied(host, "the connection was lost while the agent was being started")
    if "Traceback" in errors or "MemoryError" in errors:
        return AgentDied(host, f"the agent died at its start: {said}")
    if status < 0 and not said:
        return AgentDied(host, "the agent was killed at its start")
    return ShellRefused(host, f"its login shell does not run commands: {said or f'status {status}'}",
                        "give that user a shell in /etc/passwd, or log in as another one")


def last_words(text: str) -> str:
    """Return the last line of a text that says anything."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def local_user() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name
