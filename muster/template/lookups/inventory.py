"""The lookup `inventory_hostnames`: the hosts of a pattern such as `web:!web1`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from muster.template.lookups.asked import Asked
from muster.template.plugins import Plugin


def inventory_hostnames(terms: list[Any], asked: Asked) -> list[str]:
    """Return the hosts of groups and names with wildcards, divided by `:` or `,`; `!` takes away, `&` intersects."""
    groups = asked.get("groups") or {}
    chosen: list[str] = []
    parts = [part.strip() for term in terms for part in str(term).replace(",", ":").split(":") if part.strip()]
    for part in sorted(parts, key=lambda each: "&!".find(each[0])):
        found = members(part.lstrip("&!"), groups)
        if part[0] == "!":
            chosen = [host for host in chosen if host not in found]
        elif part[0] == "&":
            chosen = [host for host in chosen if host in found]
        else:
            chosen += [host for host in found if host not in chosen]
    return chosen


def members(pattern: str, groups: Any) -> list[str]:
    found = [host for name in groups if fnmatchcase(name, pattern) for host in groups[name]]
    found += [host for host in groups.get("all", ()) if fnmatchcase(host, pattern)]
    return list(dict.fromkeys(found))


LOOKUPS: dict[str, Plugin] = {"inventory_hostnames": inventory_hostnames}
