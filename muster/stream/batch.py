"""Where the hosts of a batch meet.

Hosts run free of each other. They wait for one another only where a task can see what the others did: `run_once`,
`delegate_to`, another host's variables, `add_host`, `strategy: linear` and the keywords that end a play for all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from muster.plan import Position

END: Position = (1 << 60,)
START: Position = ()


class Batch:
    """How far each host has come, and what those who wait are waiting for.

    A host's position p says that everything before p has ended there. `END` is a host that takes no further part.
    slots: limits how many hosts work at the same time; one that waits here gives its place to another
    """

    def __init__(self, hosts: tuple[str, ...], slots: threading.Semaphore) -> None:
        self.hosts = hosts
        self.slots = slots
        self.changed = threading.Condition()
        self.positions: dict[str, Position] = dict.fromkeys(hosts, START)
        self.failed: set[str] = set()
        self.unreachable: set[str] = set()
        self.outcomes: dict[Position, Any] = {}
        self.waiting = 0
        self.stopped = ""

    def alive(self) -> list[str]:
        """Return the hosts that still take part, in the order of the inventory."""
        return [host for host in self.hosts if host not in self.failed and host not in self.unreachable]

    def arrive(self, host: str, position: Position) -> None:
        """Say that a host has ended everything before this position."""
        with self.changed:
            self.positions[host] = position
            self.changed.notify_all()

    def leave(self, host: str, why: str) -> None:
        """Say that a host takes no further part: "failed", "unreachable" or "ended"."""
        with self.changed:
            if why == "failed":
                self.failed.add(host)
            elif why == "unreachable":
                self.unreachable.add(host)
            self.positions[host] = END
            self.changed.notify_all()

    def meet(self, host: str, position: Position) -> None:
        """Wait until every other host has come as far as this one."""
        self.arrive(host, position)
        self.wait(lambda: all(each >= position for each in self.positions.values()))

    def first(self, position: Position) -> str:
        """Return the host that carries out a `run_once` task: the first of those that have met at it."""
        with self.changed:
            return next(host for host in self.hosts if self.positions[host] == position)

    def publish(self, position: Position, outcome: Any) -> None:
        with self.changed:
            self.outcomes[position] = outcome
            self.changed.notify_all()

    def outcome(self, position: Position) -> Any:
        """Wait for the outcome of a `run_once` task."""
        self.wait(lambda: position in self.outcomes)
        return self.outcomes[position]

    def wait(self, condition: Callable[[], bool]) -> None:
        with self.resting(), self.changed:
            self.waiting += 1
            self.changed.wait_for(condition)
            self.waiting -= 1

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Give this host's place to another while it waits."""
        self.slots.release()
        try:
            yield
        finally:
            self.slots.acquire()

    def stop(self, why: str) -> None:
        """End the play for every host of the batch (`any_errors_fatal`, `max_fail_percentage`, `end_play`)."""
        with self.changed:
            self.stopped = self.stopped or why
            self.changed.notify_all()


