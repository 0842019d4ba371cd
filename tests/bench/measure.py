"""A program timed as a whole process."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MUSTER = [sys.executable, "-m", "muster"]


@dataclass(frozen=True)
class Sample:
    """One run of one program: seconds of wall clock and of CPU, and the largest memory of a process in MiB."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Contender:
    """A program under test; `before` brings the hosts into the state it is to find."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    environment: tuple[tuple[str, str], ...] = ()


def measure(contender: Contender) -> Sample:
    """Run a contender once; stop the bench when it fails, because a failure is fast."""
    contender.before()
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(contender.command, stdout=output, stderr=subprocess.STDOUT,
                                   env={**environment(), **dict(contender.environment)})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{contender.name} ended with {process.returncode}:\n{output.read().decode(errors='replace')}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@functools.cache
def environment() -> dict[str, str]:
    """Return the environment of all programs: muster's modules come compiled, as pip leaves them and the peers' are."""
    compiled = tempfile.mkdtemp(prefix="muster-bench-")
    atexit.register(shutil.rmtree, compiled)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": compiled}
