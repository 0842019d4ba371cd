"""Host patterns: what `hosts:` of a play and `--limit` may say.

    web1, web                       a host, a group
    all, *                          every host
    web*, web[ab], ~web\\d+          a glob, a regular expression; both are for names of hosts and of groups
    web,db  web:db                  the hosts of either
    web:&staging                    only those that are in the other as well
    web:!web3                       only those that are not
    web[0], web[-1], web[1:3]       by position; both ends belong to it
    @failed.txt                     in a limit: patterns from a file, one a line

Hosts come in the order of the parts of a pattern, and within a part in the order of the inventory. First come the plain
parts, then every &, then every !.
Source: Ansible's "Patterns: targeting hosts and groups", checked against ansible-core 2.19.14.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from muster.errors import InventoryError, Origin, nearest
from muster.inventory.hostnames import is_ipv6
from muster.inventory.members import members
from muster.load.text import text_of
from muster.model import Host, Inventory

LOCALHOST = ("localhost", "127.0.0.1", "::1")
# What stands between colons; those within brackets belong to positions and ranges.
BETWEEN_COLONS = re.compile(r"(?:[^\s:\[\]]|\[[^\]]*\])+")
# Characters of one part of a pattern; what is longer was not meant as one.
LONGEST = 1000
POSITION = re.compile(r"(.+)\[(?:(-?\d+)|(\d*):(\d*))\]")


class Unmatched(NamedTuple):
    """A part of a pattern that names no host, and the nearest spelling if there is one."""

    part: str
    hint: str


class Selection(NamedTuple):
    """The hosts a pattern selects, and the parts of it that name none: to warn of, as one is often a typo."""

    hosts: list[Host]
    unmatched: list[Unmatched]


def select(
    inventory: Inventory, pattern: str | Sequence[str], limit: str | None = None, place: Origin | None = None
) -> Selection:
    """Return the hosts that a pattern selects and, if there is a limit, that are in the limit as well.

    pattern: one pattern, or a list of which each gives hosts; `place` is where it stands
    Raises InventoryError when a regular expression is wrong, a limit's file cannot be read, or the limit names no host.
    """
    try:
        found, unmatched = evaluate(inventory, split(pattern))
    except InventoryError as error:
        raise InventoryError(error.message, place, error.hint) from None
    names = list(found)
    if limit is not None:
        allowed, unknown = evaluate(inventory, split_limit(limit))
        if not allowed:
            hint = next((each.hint for each in unknown if each.hint), "")
            raise InventoryError(f'the limit "{limit}" selects no host', hint=hint)
        names = [name for name in names if name in allowed]
        unmatched += [each for each in unknown if each not in unmatched]
    return Selection([host(inventory, name) for name in names], unmatched)


def split(pattern: str | Sequence[str]) -> list[str]:
    """Return the parts of a pattern; the colons of addresses and positions do not separate."""
    if not isinstance(pattern, str):
        return [part for each in pattern for part in split(each)]
    parts = [part.strip() for part in pattern.split(",")]
    return [each for part in parts for each in ([part] if is_ipv6(part.lstrip("!&")) else split_colons(part))]


def split_colons(part: str) -> list[str]:
    """Return what stands between the colons and spaces of a part; raise InventoryError for a bracket without another.

    Ansible leaves such a bracket out, so that `~[` is `~`, which every host matches.
    """
    if set(BETWEEN_COLONS.sub("", part)) & set("[]"):
        raise InventoryError(f'the brackets of "{part}" do not pair')
    found = BETWEEN_COLONS.findall(part)
    if len(max(found, key=len, default="")) > LONGEST:
        raise InventoryError(f"a pattern of more than {LONGEST:,} characters: {part[:57]}...")
    return found


def split_limit(limit: str) -> list[str]:
    """Return the parts of a limit, with those of the files it names; blank lines and # comments are left out there."""
    found: list[str] = []
    for part in split(limit):
        if not part.startswith("@"):
            found.append(part)
            continue
        try:
            lines = text_of(part[1:]).splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise InventoryError(f"cannot read the limit file {part[1:]}: {reason}") from None
        found += [each for line in lines if not line.lstrip().startswith("#") for each in split(line)]
    if not found:
        raise InventoryError(f'the limit "{limit}" is empty', hint="leave it out to select every host")
    return found


def evaluate(inventory: Inventory, parts: Iterable[str]) -> tuple[dict[str, None], list[Unmatched]]:
    """Return the names that these parts select, and the parts that match nothing."""
    unmatched: list[Unmatched] = []

    def found(part: str) -> list[str]:
        names = matching(inventory, part)
        if names is None:
            unmatched.append(Unmatched(part, suggestion(inventory, part)))
        return names or []

    parts = list(parts)
    plain = [part for part in parts if part[0] not in "&!"]
    if not plain and parts:
        plain = ["all"]
    names = dict.fromkeys(name for part in plain for name in found(part))
    for part in parts:
        if part[0] == "&":
            both = set(found(part[1:]))
            names = {name: None for name in names if name in both}
    for part in parts:
        if part[0] == "!":
            out = set(found(part[1:]))
            names = {name: None for name in names if name not in out}
    return names, unmatched


def matching(inventory: Inventory, part: str) -> list[str] | None:
    """Return the hosts of one part; None when nothing has that name, or nothing is at that position."""
    position = None if part.startswith("~") else POSITION.fullmatch(part)
    if position is None:
        return named(inventory, part)
    names = named(inventory, position[1])
    if names is None:
        return None
    if position[2]:
        at = int(position[2])
        return [names[at]] if -len(names) <= at < len(names) else None
    first, last = int(position[3] or 0), int(position[4]) if position[4] else len(names) - 1
    return names[first : last + 1] or None


def named(inventory: Inventory, name: str) -> list[str] | None:
    """Return the hosts of a group, a host, a glob or a ~regular expression; None when there is nothing of that name."""
    if name in ("all", "*"):
        return members(inventory.groups, "all")
    if name in inventory.groups:
        return members(inventory.groups, name)
    if name in inventory.hosts:
        return [name]
    if name in LOCALHOST:
        listed = inventory.localhost.name
        return [listed if listed in inventory.hosts else name]
    if name.startswith("~") or any(each in name for each in "*?["):
        return wildcard(inventory, name)
    return None


def wildcard(inventory: Inventory, name: str) -> list[str] | None:
    """Return the hosts of all groups that match, then the hosts that match by their own name."""
    try:
        expression = re.compile(name[1:] if name.startswith("~") else fnmatch.translate(name))
    except (re.error, OverflowError, RecursionError) as error:
        raise InventoryError(f'"{name}" is not a regular expression: {error}') from None
    groups = [group for group in inventory.groups if expression.match(group)]
    hosts = [each for each in inventory.hosts if expression.match(each)]
    names = dict.fromkeys(each for group in groups for each in members(inventory.groups, group))
    names.update(dict.fromkeys(hosts))
    return list(names) if groups or hosts else None


def suggestion(inventory: Inventory, part: str) -> str:
    """Return the nearest spelling of a name that nothing has."""
    position = POSITION.fullmatch(part)
    name = position[1] if position else part
    if name in inventory.groups or name in inventory.hosts:
        return f"{name} has {len(named(inventory, name) or [])} hosts; positions count from 0"
    return nearest(name, {*inventory.groups, *inventory.hosts, "localhost"} - {"ungrouped"})


def host(inventory: Inventory, name: str) -> Host:
    """Return the host of this name; one that is not listed is this machine."""
    return inventory.hosts[name] if name in inventory.hosts else replace(inventory.localhost, name=name)
