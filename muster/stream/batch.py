"""Where the hosts of a batch meet.

Hosts run free of each other. They wait for one another only where a task can see what the others did: `run_once`,
`delegate_to`, another host's variables, `add_host`, `strategy: linear` and the keywords that end a play for all.
"""

from __future__ import annotations

import threading
from collections import Counter
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
    tolerated: how many percent of the hosts may fail before the play ends for all; None for any number
    stopped: why the batch ends for all its hosts: "end_play", "end_batch", "failed" or "bug"; empty while it goes on
    """

    def __init__(self, hosts: tuple[str, ...], slots: threading.Semaphore, tolerated: float | None = None) -> None:
        self.hosts = hosts
        self.slots = slots
        self.tolerated = tolerated
        self.changed = threading.Condition(threading.RLock())
        self.positions: dict[str, Position] = dict.fromkeys(hosts, START)
        self.failed: set[str] = set()
        self.unreachable: set[str] = set()
        self.firsts: dict[Position, str] = {}
        self.outcomes: dict[Position, Any] = {}
        self.waiting = 0
        self.working: Counter[Position] = Counter()
        self.stopped = ""
        self.stopped_at: Position = START

    def alive(self) -> list[str]:
        """Return the hosts that still take part, in the order of the inventory."""
        return [host for host in self.hosts if host not in self.failed and host not in self.unreachable]

    def arrive(self, host: str, position: Position) -> None:
        """Say that a host has ended everything before this position."""
        with self.changed:
            self.positions[host] = position
            self.changed.notify_all()

    def lose(self, host: str, why: str, place: Position, fatal: bool = False) -> None:
        """Count a host as "failed" or "unreachable" at a place; a fatal loss or one too many ends the play for all."""
        with self.changed:
            (self.failed if why == "failed" else self.unreachable).add(host)
            share = 100 * len(self.failed | self.unreachable) / len(self.hosts)
            if fatal or (self.tolerated is not None and share > self.tolerated):
                self.stop("failed", place)
            self.changed.notify_all()

    def forgive(self) -> None:
        """Take back that hosts have failed (`clear_host_errors`); they take part again from the next play on."""
        with self.changed:
            self.failed.clear()
            self.unreachable.clear()

    def leave(self, host: str) -> None:
        """Say that a host takes no further part."""
        self.arrive(host, END)

    def meet(self, host: str, position: Position) -> str:
        """Wait until every other host has come as far as this one; return the first of those that are here.

        All that meet at a position are told the same host, also when some have gone on by the time others look.
        """
        self.arrive(host, position)
        self.wait(lambda: all(each >= position for each in self.positions.values()))
        with self.changed:
            here = next((each for each in self.hosts if self.positions[each] == position), host)
            return self.firsts.setdefault(position, here)

    @contextmanager
    def throttled(self, host: str, position: Position, most: int) -> Iterator[None]:
        """Let no more than so many hosts at a time carry out what is at a position (`throttle`)."""
        def claimed() -> bool:
            if self.working[position] >= most:
                return False
            self.working[position] += 1
            return True

        self.arrive(host, position)
        self.wait(claimed)
        try:
            yield
        finally:
            with self.changed:
                self.working[position] -= 1
                self.changed.notify_all()

    def publish(self, position: Position, outcome: Any) -> None:
        with self.changed:
            self.outcomes[position] = outcome
            self.changed.notify_all()

    def outcome(self, position: Position) -> Any:
        """Wait for the outcome of a `run_once` task."""
        self.wait(lambda: position in self.outcomes)
        return self.outcomes[position]

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait for something about the other hosts, without taking a place from them."""
        with self.changed:
            if condition():
                return
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

    def stop(self, why: str, place: Position) -> None:
        """End the batch for every host of it, once it has carried out what is at this place."""
        with self.changed:
            if not self.stopped:
                self.stopped, self.stopped_at = why, place
            self.changed.notify_all()
