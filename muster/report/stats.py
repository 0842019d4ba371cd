"""Figures that tasks of the type `set_stats` give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RUN = ""  # Stands for the whole run where the name of a host would.


class Stats(dict[str, dict[str, Any]]):
    """Figures by host, and by name; those of the whole run are under `RUN`."""

    def take(self, host: str, values: Mapping[str, Any]) -> None:
        """Take in a task's result; a loop has several."""
        for each in [values, *(values.get("results") or [])]:
            given = each.get("ansible_stats") if isinstance(each, Mapping) else None
            if isinstance(given, Mapping) and isinstance(given.get("data"), Mapping):
                have = self.setdefault(host if given.get("per_host") else RUN, {})
                for name, value in given["data"].items():
                    have[name] = together(have[name], value) if given.get("aggregate") and name in have else value

    def parted(self) -> dict[str, Any]:
        """Return the figures as {run: {name: value}, hosts: {host: {name: value}}}."""
        return {"run": self.get(RUN, {}), "hosts": {host: self[host] for host in self if host != RUN}}

    def rows(self) -> Iterator[tuple[str, str, Any]]:
        """Yield (host, name, value), the whole run's first."""
        for host in sorted(self):
            for name, value in self[host].items():
                yield host, name, value


def together(have: Any, more: Any) -> Any:
    """Return what two values of a figure are together; the later one where they cannot be added."""
    if isinstance(have, Mapping) and isinstance(more, Mapping):
        return {**have, **{key: together(have[key], value) if key in have else value for key, value in more.items()}}
    numbers = (int, float)
    if (isinstance(have, numbers) and isinstance(more, numbers)) or (isinstance(have, list) and isinstance(more, list)):
        return have + more  # type: ignore[operator]
    return more
