"""Control groups: the kernel's own list of the processes a lab started.

Each host gets a group of its own, entered before systemd-nspawn is executed: `--keep-unit` makes nspawn use the group
it is started in, and two hosts in one group would confuse each other's systemd. All groups of a lab lie under one, so
that the lab can be ended as a whole, a process it lost track of included, and nothing else with it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muster.errors import LabError
from muster.lab.process import Process

# Enters the groups named before "--" and becomes the program named after it. Zero means "the writer itself". It is a
# shell that does it, and not Python between fork and exec, because the lab starts hosts from threads.
ENTER = 'until [ "$1" = -- ]; do echo 0 > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'

KILL_TIMEOUT = 15.0


@dataclass(frozen=True)
class Cgroup:
    """A control group, by its path below the root of each hierarchy that systemd cares about."""

    path: str

    def __truediv__(self, name: str) -> Cgroup:
        return Cgroup(f"{self.path}/{name}")

    @property
    def directories(self) -> list[Path]:
        """Where the group is, or would be, in each hierarchy."""
        return [root / self.path for root in hierarchies()]

    def make(self) -> None:
        """Make the group in every hierarchy.

        A machine that runs systemd itself on cgroup v2 leaves groups alone that it did not make, at the root as
        elsewhere; that case is written after its documentation (CGROUP_DELEGATION.md) and has not been tried.
        """
        for directory in self.directories:
            directory.mkdir(parents=True, exist_ok=True)

    def enter_command(self) -> list[str]:
        """The words to put before a program so that it runs in this group."""
        return ["sh", "-c", ENTER, "sh", *map(str, self.directories), "--"]

    @property
    def populated(self) -> bool:
        """Whether a process runs in the group or below it."""
        return any(True for _ in self.pids())

    def pids(self) -> Iterator[int]:
        """The ids of the processes in the group and below it, as the machine sees them."""
        for directory in self.directories:
            for place, _, _ in os.walk(directory):
                try:
                    yield from map(int, Path(place, "cgroup.procs").read_text().split())
                except OSError:
                    continue  # The group went away while we looked.

    def end(self) -> None:
        """Kill every process in the group and below, wait until they are gone, and remove the group."""
        deadline = time.monotonic() + KILL_TIMEOUT
        while self.populated:
            self._kill()
            if time.monotonic() > deadline:
                raise LabError(f"processes of control group {self.path} do not die: {sorted(set(self.pids()))}")
            time.sleep(0.01)
        for directory in self.directories:
            for place, _, _ in os.walk(directory, topdown=False):
                _remove(Path(place))

    def _kill(self) -> None:
        """Kill what is in the group now: with cgroup.kill where the kernel has it (v2, since 5.14), else one by one."""
        for directory in self.directories:
            switch = directory / "cgroup.kill"
            if switch.exists():
                switch.write_text("1")
        for pid in set(self.pids()):
            try:
                process = Process.of(pid)
            except LabError:
                continue
            if self._holds(pid):
                process.kill()

    def _holds(self, pid: int) -> bool:
        """Whether the process is in this group now; asked after its start was noted, so that both mean one process."""
        try:
            lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
        except OSError:
            return False
        return any(f"{line.split(':', 2)[2]}/".startswith(f"/{self.path}/") for line in lines)


def hierarchies() -> list[Path]:
    """Where the hierarchies are mounted that systemd uses: cgroup v2, and `name=systemd` where v1 is still about.

    Read from /proc/self/mountinfo (proc(5)): field five is the mount point; the type follows the lone hyphen.
    """
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        mount, _, filesystem = line.partition(" - ")
        kind, _, options = filesystem.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and "name=systemd" in options.split(",")):
            found.append(Path(mount.split()[4]))
    return found


def _remove(directory: Path) -> None:
    """Remove one empty group; the kernel takes a moment to let go of the processes that were in it."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            directory.rmdir()
        if not directory.exists():
            return
        time.sleep(0.01)
    raise LabError(f"control group {directory} cannot be removed: it is still in use")
