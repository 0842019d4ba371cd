"""What has been sent ahead on one host and not yet come back, in order.

Results are settled strictly in the order of the tasks, whenever they come. A failure takes back everything that was
done in the hope that its task would succeed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from muster.connect.session import Session
from muster.model import Result
from muster.plan import Step
from muster.scope import Memory

# Enough to fill any path, and little enough that neither side can ever wait for the other to read.
WINDOW_CALLS = 64
WINDOW_BYTES = 48 * 1024


class TaskFailed(Exception):
    """Raised through the walk when a task failed: the nearest rescue catches it.

    number: of the task, in the order in which this host came to its tasks
    """

    def __init__(self, number: int, step: Step, result: Result) -> None:
        super().__init__(step.name)
        self.number = number
        self.step = step
        self.result = result


class Entry:
    """A task on its way: one part, or one for each item of a loop.

    settle: called with the whole result when all parts are there; returns the result to keep, or raises TaskFailed
    """

    def __init__(self, number: int, step: Step, combine: Callable[[list[Result]], Result]) -> None:
        self.number = number
        self.step = step
        self.parts: list[Result | None] = []
        self.finishers: dict[int, Callable[[Result], Result]] = {}
        self.combine = combine
        self.closed = False
        self.settle: Callable[[Result], None] = lambda result: None
        self.result: Result | None = None

    def add(self, result: Result) -> None:
        """Add a part whose result is there already."""
        self.parts.append(result)

    def expect(self, finish: Callable[[Result], Result]) -> int:
        """Add a part whose result is on its way; `finish` makes of it what the playbook sees."""
        self.parts.append(None)
        self.finishers[len(self.parts) - 1] = finish
        return len(self.parts) - 1

    def fill(self, part: int, result: Result) -> None:
        self.parts[part] = self.finishers.pop(part)(result)

    @property
    def complete(self) -> bool:
        return self.closed and not self.finishers


class Ahead:
    """The queue of one host.

    number: of the newest task
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.queue: deque[Entry] = deque()
        self.calls: dict[tuple[int, int], tuple[Entry, int]] = {}
        self.session: Session | None = None
        self.number = 0

    def begin(self, step: Step, combine: Callable[[list[Result]], Result]) -> Entry:
        """Return the entry of the next task."""
        self.number += 1
        entry = Entry(self.number, step, combine)
        self.queue.append(entry)
        return entry

    def sent(self, session: Session, call: int, entry: Entry, part: int) -> None:
        """Note which part of which entry a call's result will be."""
        self.session = session
        self.calls[id(session), call] = (entry, part)

    def make_room(self, size: int) -> None:
        """Wait until the window has room for another call of this size."""
        while self.session and self.session.in_flight and (
            len(self.session.in_flight) >= WINDOW_CALLS
            or sum(self.session.in_flight.values()) + size > WINDOW_BYTES
        ):
            self.take()

    def take(self) -> None:
        """Wait for the next result, and settle what it completes."""
        assert self.session is not None
        call, result = self.session.receive()
        entry, part = self.calls.pop((id(self.session), call))
        entry.fill(part, result)
        self.settle()

    def settle(self) -> None:
        """Settle the entries at the head of the queue that are complete; raises TaskFailed."""
        while self.queue and self.queue[0].complete:
            entry = self.queue.popleft()
            entry.result = entry.combine([part for part in entry.parts if part is not None])
            try:
                entry.settle(entry.result)
            except TaskFailed:
                self.abandon(entry.number)
                raise
            self.memory.settle(entry.number)

    def abandon(self, number: int) -> None:
        """Take back what was done after this task: the far side drops it too."""
        self.queue.clear()
        self.calls.clear()
        if self.session:
            self.session.drop()
        self.memory.forget(number)

    def drain(self) -> None:
        """Wait until everything has come back; raises TaskFailed."""
        self.settle()
        while self.calls:
            self.take()

    def wait(self, entry: Entry) -> Result:
        """Wait for one entry and return its result; raises TaskFailed when it, or one before it, failed."""
        while entry.result is None:
            self.settle()
            if entry.result is None:
                self.take()
        return entry.result

    def wait_part(self, entry: Entry, part: int) -> Result:
        """Wait for one part of an entry that is not closed yet (`until`, a condition on the result)."""
        while entry.parts[part] is None:
            self.take()
        result = entry.parts[part]
        assert result is not None
        return result


def single(parts: list[Result]) -> Result:
    """Return the result of a task without a loop."""
    return parts[0]


def combined(parts: list[Result], items: list[Any]) -> Result:
    """Return the result of a loop: those of its items in `results`, changed and failed if any is, skipped if all are."""
    values: dict[str, Any] = {
        "results": [dict(part.values) for part in parts],
        "changed": any(part.changed for part in parts),
    }
    if not parts or all(part.skipped for part in parts):
        values["skipped"] = True
        values["skipped_reason"] = "No items in the list" if not items else "All items were skipped"
    if any(part.failed for part in parts):
        values.update(failed=True, msg="One or more items failed")
    else:
        values["msg"] = "All items completed"
    changes = tuple(change for part in parts for change in part.changes)
    return Result(values, changes)
