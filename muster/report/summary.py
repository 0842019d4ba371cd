"""What a run has come to: counts for each host, what went wrong, what changed, and the exit code.

Counting is ansible-playbook's, as measured with ansible-core 2.19: "ok" includes "changed"; a loop is one task, but
for one of includes, which is as many as it has items; an ignored failure is ok and ignored (and changed, if it says
so); a rescued failure is rescued and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from muster.errors import Origin
from muster.model import HostLeft, HostRescued, Key, PlayStarted, TaskEnded
from muster.report.stats import Stats
from muster.report.words import first_line, message

INCLUDES = ("include", "include_role", "include_tasks")
FAILED_HOSTS = 2
UNREACHABLE_HOSTS = 4


@dataclass(slots=True)
class Counts:
    """How often each outcome came on one host."""

    ok: int = 0
    changed: int = 0
    unreachable: int = 0
    failed: int = 0
    skipped: int = 0
    rescued: int = 0
    ignored: int = 0

    @property
    def eventful(self) -> bool:
        """Whether anything happened beyond ok and skipped."""
        return bool(self.changed or self.unreachable or self.failed or self.rescued or self.ignored)

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTED}


COUNTED = ("ok", "changed", "unreachable", "failed", "skipped", "rescued", "ignored")


class Problem(NamedTuple):
    """Why a host is not as it should be: one failed task, or no way to the host.

    status: "failed" or "unreachable"
    reason: one line
    """

    host: str
    status: str
    task: str
    reason: str
    origin: Origin | None = None
    key: Key | None = None


@dataclass(frozen=True)
class Summary:
    """The run as a whole.

    hosts: counts by host, in the order of the inventory
    problems: what went wrong and was neither ignored nor rescued, in the order in which it happened
    failed_hosts: those that failed or could not be reached, in the same order
    changed_tasks: on how many hosts each task changed something, in plan order: {(name, origin): hosts}
    seconds: since the reporter was made
    rerun: the command that runs the same on `failed_hosts` alone; empty when there are none
    stats: what `set_stats` gave
    """

    hosts: Mapping[str, Counts]
    problems: tuple[Problem, ...]
    failed_hosts: tuple[str, ...]
    changed_tasks: Mapping[tuple[str, Origin], int]
    exit_code: int
    seconds: float
    rerun: str = ""
    stats: Stats = field(default_factory=Stats)


def included(event: TaskEnded) -> int:
    """Return how many times a loop of includes has included something; 0 for all other tasks."""
    results = event.result.values.get("results") if event.action in INCLUDES else None
    return sum("include" in each for each in results or () if isinstance(each, dict))


@dataclass
class Tally:
    """Counts events as they come.

    lost: hosts that left a play before its end, and why: "failed" or "unreachable"
    """

    hosts: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    changed_tasks: dict[tuple[str, Origin], int] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    stats: Stats = field(default_factory=Stats)

    def play(self, event: PlayStarted) -> None:
        for host in event.hosts:
            self.hosts.setdefault(host, Counts())

    def count(self, event: TaskEnded) -> None:
        counts = self.hosts.get(event.host)
        if counts is None:
            counts = self.hosts[event.host] = Counts()
        if event.action == "set_stats":
            self.stats.take(event.host, event.result.values)
        status = event.result.status
        if status == "ok":
            counts.ok += included(event) or 1
        elif status == "skipped":
            counts.skipped += 1
        elif status == "changed":
            counts.ok += 1
            self.change(event, counts)
        else:
            self.trouble(event, counts, status)

    def change(self, event: TaskEnded, counts: Counts) -> None:
        counts.changed += 1
        task = (event.name, event.origin)
        self.changed_tasks[task] = self.changed_tasks.get(task, 0) + 1

    def trouble(self, event: TaskEnded, counts: Counts, status: str) -> None:
        """Count a failure by what has become of it."""
        if event.fate == "ignored":
            counts.ok += 1
            counts.ignored += 1
            if event.result.changed:
                self.change(event, counts)
        elif event.fate == "rescued":
            counts.rescued += 1
        else:
            setattr(counts, status, getattr(counts, status) + 1)
            reason = first_line(message(event.result.values))
            self.problems.append(Problem(event.host, status, event.name, reason, event.origin, event.key))

    def rescue(self, event: HostRescued) -> bool:
        """Take a failure back, because the block it happened in rescues it; False when it is not among the failures."""
        for position in range(len(self.problems) - 1, -1, -1):
            problem = self.problems[position]
            if problem.host == event.host and problem.key == event.key:
                del self.problems[position]
                counts = self.hosts[event.host]
                counts.failed -= 1
                counts.rescued += 1
                return True
        return False

    def leave(self, event: HostLeft) -> None:
        """Note a host that is lost; one that no task told about as unreachable is counted here."""
        if event.why == "ended":
            return
        self.lost[event.host] = event.why
        counts = self.hosts.setdefault(event.host, Counts())
        if event.why == "unreachable" and not counts.unreachable:
            counts.unreachable += 1
            self.problems.append(Problem(event.host, "unreachable", "", "no connection"))

    def exit_code(self) -> int:
        """Return 0, 2 (a host failed) or 4 (a host could not be reached).

        When both happened it is 4, never 6: that is how ansible-playbook ends (measured with ansible-core 2.19.14, one
        host failing and one unreachable in the same run).
        """
        whys = set(self.lost.values()) | {problem.status for problem in self.problems}
        return UNREACHABLE_HOSTS if "unreachable" in whys else FAILED_HOSTS if "failed" in whys else 0

    def failed_hosts(self) -> tuple[str, ...]:
        """Return the hosts that are not as they should be, in the order of the inventory."""
        bad = {problem.host for problem in self.problems} | set(self.lost)
        return tuple(host for host in self.hosts if host in bad)
