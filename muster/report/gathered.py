"""What has come of one task over the fleet: counts, and equal outcomes gathered."""

from __future__ import annotations

from collections.abc import Mapping

from muster.errors import Origin
from muster.model import Change, TaskEnded
from muster.report.details import details, told
from muster.report.failure import explanation
from muster.report.words import STATUSES, View


class Gathered:
    """One task, and the hosts that have ended it.

    counts: hosts by status
    seconds: the longest it took on a host
    diff: whether what they altered is shown
    changed: hosts by the changes they made; of a failure, which may be what failed, only with -v
    said: hosts by what `debug` says
    failures: hosts by (status, explanation)
    warnings: hosts by the warning they gave
    detailed: hosts by (status, details), with -v
    """

    def __init__(self, event: TaskEnded) -> None:
        self.name = event.name
        self.action = event.action
        self.diff = False
        self.origin: Origin = event.origin
        self.handler = event.handler
        self.counts: dict[str, int] = {}
        self.seconds = 0.0
        self.attempts = 1
        self.changed: dict[tuple[Change, ...], list[str]] = {}
        self.said: dict[str, list[str]] = {}
        self.failures: dict[tuple[str, str], list[str]] = {}
        self.warnings: dict[str, list[str]] = {}
        self.detailed: dict[tuple[str, str], list[str]] = {}

    def add(self, event: TaskEnded, view: View) -> str:
        """Take in one host's outcome; return the explanation of a failure that is new and not excused."""
        result, values, host = event.result, event.result.values, event.host
        status = result.status
        if status in ("failed", "unreachable"):
            status = event.fate or status
        self.counts[status] = self.counts.get(status, 0) + 1
        if event.seconds > self.seconds:
            self.seconds = event.seconds
        if "attempts" in values:
            self.attempts = max(self.attempts, values["attempts"])
        for text in values.get("warnings") or ():
            self.warnings.setdefault(str(text), []).append(host)
        failed = status in ("failed", "unreachable", "ignored", "rescued")
        self.diff = self.diff or view.diff or event.diff
        wanted = view.verbosity or (self.diff and not failed)
        if wanted and result.changes and "censored" not in values:
            self.changed.setdefault(result.changes, []).append(host)
        if failed:
            return self.fail(event, status, view)
        if self.action == "debug" and status != "skipped" and view.verbosity < 3:
            self.said.setdefault(told(event), []).append(host)
        elif view.verbosity:
            self.detailed.setdefault((status, details(event, view.verbosity)), []).append(host)
        return ""

    def fail(self, event: TaskEnded, status: str, view: View) -> str:
        text = explanation(event, view.verbosity)
        hosts = self.failures.setdefault((status, text), [])
        hosts.append(event.host)
        return text if len(hosts) == 1 and not event.fate else ""

    def rescue(self, host: str) -> None:
        """A failure that has been told has turned out to be one that its block rescues."""
        for (status, _), hosts in self.failures.items():
            if host in hosts and status != "rescued":
                self.counts[status] -= 1
                self.counts["rescued"] = self.counts.get("rescued", 0) + 1
                return

    def in_order(self, hosts: Mapping[str, object]) -> None:
        """Put the hosts of every outcome in this order, but leave the first of a failure, which was told alone, first.

        They came in the order in which they happened to end.
        """
        order = {host: number for number, host in enumerate(hosts)}
        for group in (self.changed, self.said, self.warnings, self.detailed):
            for names in group.values():
                names.sort(key=lambda host: order.get(host, len(order)))
        for names in self.failures.values():
            names[1:] = sorted(names[1:], key=lambda host: order.get(host, len(order)))

    @property
    def status(self) -> str:
        """The worst status on any host."""
        return next((status for status in STATUSES if self.counts.get(status)), "ok")

    @property
    def skipped(self) -> bool:
        """Whether every host skipped it, and there is nothing more to tell."""
        return self.status == "skipped" and not self.warnings
