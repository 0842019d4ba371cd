"""What tasks that change nothing cost a host: 100 of `file`, `copy` and `lineinfile` may add 15 ms of its CPU time.

    python -m tests.bench.far_side

An agent is started here as on a host. What it takes without tasks is taken off what it takes with them.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
from pathlib import Path

from muster.connect.archive import Archive
from muster.connect.become import Become
from muster.connect.connections import begin
from muster.connect.pipe import LocalPipe
from muster.connect.start import command
from muster.library import root
from muster.model import Call

TASKS, MILLISECONDS, ROUNDS = 100, 15.0, 15
TYPES = [root() / "tasks" / f"{name}.py" for name in ("file", "copy", "lineinfile")]


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        calls = list(map(call, [Path(directory)] * TASKS, range(TASKS)))
        perform(calls)
        added = statistics.median(perform(calls, changes=False) - perform([]) for _ in range(ROUNDS)) * 1000
    print(f"{TASKS} converged tasks add {added:.1f} ms of CPU on the host, median of {ROUNDS}; the bound is "
          f"{MILLISECONDS:g} ms: {'EXCEEDED' if added > MILLISECONDS else 'kept'}")
    sys.exit(added > MILLISECONDS)


def call(place: Path, number: int) -> Call:
    """Return one of the tasks: a directory, a file in it, or a line of another file in it."""
    owned = {"owner": "root", "group": "root"}
    inside = place / str(number // 3)
    if number % 3 == 0:
        return Call("file", {"path": str(inside), "state": "directory", "mode": "0755", **owned})
    if number % 3 == 1:
        text = f"# number {number}\n" * 20
        return Call("copy", {"content": text.encode(), "dest": str(inside / "file"), "mode": "0644", **owned})
    return Call("lineinfile", {"path": str(inside / "lines"), "line": f"key = {number}", "regexp": "^key",
                               "mode": "0600", "create": True})


def perform(calls: list[Call], changes: bool = True) -> float:
    """Have an agent perform calls, each of which changes something or not; return the seconds of CPU that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipe = LocalPipe(command(Become()))
    session = begin("here", pipe, Become(), Archive(TYPES), {"run": "bench", "who": "bench", "wait": 5, "facts": None})
    for each in calls:
        session.send(each)
    results = [session.receive()[1] for _ in calls] or session.introduction()
    assert all(result.values["changed"] is changes for result in results if calls), "not all tasks went as they should"
    session.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
