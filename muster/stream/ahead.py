"""What has been sent ahead on one host and not yet come back, in order.

Results are settled strictly in the order of the tasks, whenever they come. A failure takes back everything that was
done in the hope that its task would succeed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from muster.connect.session import Session
from muster.errors import AgentDied, AgentError, InternalError
from muster.model import Key, Result
from muster.plan import Step
from muster.scope import Memory
from muster.stream.results import failure

# Enough to fill any path, and little enough that neither side can ever wait for the other to read.
WINDOW_CALLS = 64
WINDOW_BYTES = 48 * 1024


class TaskFailed(Exception):
    """Raised through the walk when a task failed: the nearest rescue catches it.

    number: of the task, in the order in which this host came to its tasks
    key: by which reporters know it
    """

    def __init__(self, number: int, step: Step, result: Result, key: Key) -> None:
        super().__init__(step.name)
        self.number = number
        self.key = key
        self.step = step
        self.result = result


class Entry:
    """A task on its way: one part, or one for each item of a loop.

    combine: makes the whole result of the parts
    settle: called with the whole result when all parts are there and all tasks before have ended; may raise TaskFailed
    hidden: whether its live output may not be shown
    notifies: whether it notifies handlers if it changes something
    """

    def __init__(self, number: int, step: Step, combine: Callable[[list[Result]], Result],
                 settle: Callable[[Result], None]) -> None:
        self.number = number
        self.step = step
        self.combine = combine
        self.settle = settle
        self.parts: list[Result | None] = []
        self.finishers: dict[int, Callable[[Result], Result]] = {}
        self.closed = False
        self.hidden = False
        self.notifies = False
        self.result: Result | None = None

    def add(self, result: Result) -> None:
        """Add a part whose result is there already."""
        self.parts.append(result)

    def expect(self, finish: Callable[[Result], Result]) -> int:
        """Add a part whose result is on its way, and return its number.

        finish: makes of it what the playbook sees
        """
        self.parts.append(None)
        self.finishers[len(self.parts) - 1] = finish
        return len(self.parts) - 1

    def fill(self, part: int, result: Result) -> None:
        self.parts[part] = self.finishers.pop(part)(result)

    @property
    def failed(self) -> bool:
        """Whether a part that is there has failed."""
        return any(part is not None and part.failed for part in self.parts)


def fits(session: Session, size: int) -> bool:
    """Tell whether another call of so many bytes may be sent before a result has come back."""
    flying = session.in_flight
    return not flying or (len(flying) < WINDOW_CALLS and sum(flying.values()) + size <= WINDOW_BYTES)


class Ahead:
    """The queue of one host.

    session: the one that calls are being sent to; another is only used when everything has come back
    number: of the newest task
    settled: number of the last task whose outcome is known
    """

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.queue: deque[Entry] = deque()
        self.calls: dict[tuple[Session | None, int], tuple[Entry, int]] = {}
        self.session: Session | None = None
        self.number = 0
        self.settled = 0

    def begin(self, step: Step, combine: Callable[[list[Result]], Result], settle: Callable[[Result], None]) -> Entry:
        """Return the entry of the next task."""
        self.number += 1
        entry = Entry(self.number, step, combine, settle)
        self.queue.append(entry)
        return entry

    def sent(self, session: Session, call: int, entry: Entry, part: int) -> None:
        """Note which part of which entry a call's result will be."""
        self.session = session
        self.calls[session, call] = (entry, part)

    def make_room(self, size: int) -> None:
        """Wait until the window has room for another call of so many bytes."""
        while self.session and not fits(self.session, size):
            self.take()

    def take(self) -> None:
        """Wait for the next result, and settle what it completes."""
        if self.session is None or not self.calls:
            raise InternalError("a result is waited for that is not on its way")
        try:
            call, result = self.session.receive()
        except AgentDied:
            raise
        except AgentError as error:
            # The agent did not start. That is the failure of the first task that was sent to it.
            (_, call), (entry, part) = next(iter(self.calls.items()))
            entry.finishers[part] = lambda result: result  # No condition of the playbook judges it.
            result = failure(error)
            self.session.in_flight.pop(call, None)
        entry, part = self.calls.pop((self.session, call))
        entry.fill(part, result)
        self.settle()

    def settle(self) -> None:
        """Settle the entries at the head of the queue that are complete; raises TaskFailed."""
        while self.queue and (entry := self.queue[0]).closed and not entry.finishers:
            self.queue.popleft()
            entry.result = entry.combine([part for part in entry.parts if part is not None])
            self.settled = entry.number
            try:
                entry.settle(entry.result)
            except TaskFailed:
                self.abandon()
                raise

    def abandon(self) -> None:
        """Take back what was done after the last settled task: the far side drops it too."""
        self.queue.clear()
        self.calls.clear()
        if self.session:
            self.session.drop()
        self.memory.forget(self.settled)

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
        while part in entry.finishers:
            self.take()
        result = entry.parts[part]
        assert result is not None
        return result
