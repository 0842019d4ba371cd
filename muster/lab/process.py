"""One process, named so that a recycled id is never taken for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.errors import LabError
from muster.lab.command import run


@dataclass(frozen=True)
class Process:
    """A process id together with its start, in clock ticks since the machine's boot.

    The kernel gives ids out again; it never gives the same id with the same start twice, so the pair names one
    process for as long as the machine is up.
    """

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process:
        """Return the process that has this id now; LabError when there is none."""
        started = start_of(pid)
        if started is None:
            raise LabError(f"process {pid} ended as soon as it was started")
        return cls(pid, started)

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return start_of(self.pid) == self.started

    def kill(self) -> None:
        """Kill this process, or nothing.

        The descriptor is opened before the start is compared: from then on it can only mean the process that was
        compared.
        """
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        try:
            if self.alive:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os.close(descriptor)


def start_of(pid: int) -> int | None:
    """Return when the process with this id started, in clock ticks since boot; None when there is none, or only its
    corpse.

    The fields are those of proc(5), /proc/PID/stat. The name, in parentheses, may itself hold spaces and parentheses,
    so the fields are counted from the last one: the state is the first after it, the start the twentieth.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


# Starts a program that outlives its starter: in a session of its own, so that no signal of a terminal reaches it, and
# as a child of the machine's first process, which reaps it. Prints its id.
START = 'log=$1; shift; setsid "$@" < /dev/null > "$log" 2>&1 & echo $!'


def start(argv: Sequence[str], log: Path, record: Path, env: Mapping[str, str] | None = None) -> Process:
    """Start a program that goes on by itself; its output goes to `log`, and which process it is to `record`."""
    process = Process.of(int(run(["sh", "-c", START, "sh", str(log), *argv], env=env)))
    record.write_text(f"{process.pid} {process.started}\n")
    return process


def recorded(record: Path) -> Process | None:
    """The process a record names, whether it still runs or not; None when there is no record."""
    try:
        pid, started = map(int, record.read_text().split())
    except (OSError, ValueError):
        return None
    return Process(pid, started)
