"""Host names as inventories write them: ranges (`web[01:10]`, `db-[a:f]`) and ports (`web1:2222`, `[::1]:22`)."""

from __future__ import annotations

import ipaddress
import re
import string

from muster.errors import InventoryError, Origin

RANGE = re.compile(r"\[([^\[\]]*)\]")
# A port follows the last colon only if no other colon stands outside brackets: fe80::1 is an address and has none.
WITH_PORT = re.compile(r"((?:[^:\[\]]|\[[^\[\]]*\])+):(\d{1,9})")
# Hosts that one entry may stand for, and digits of a number in it.
MOST_HOSTS = 100_000
MOST_DIGITS = 18
BRACKETED = re.compile(r"\[([^\[\]]+)\](?::(\d{1,9}))?")


def is_ipv6(text: str) -> bool:
    """Whether the text is an IPv6 address, without brackets."""
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def is_name(text: str) -> bool:
    """Whether a host can have this name: it is not empty, and has no control characters in it."""
    return bool(text.strip()) and text.isprintable()


def split_port(text: str) -> tuple[str, int | None]:
    """Return the name without its port, and the port if one is given."""
    bracketed = BRACKETED.fullmatch(text)
    if bracketed and is_ipv6(bracketed[1]):
        return bracketed[1], int(bracketed[2]) if bracketed[2] else None
    found = WITH_PORT.fullmatch(text)
    return (found[1], int(found[2])) if found else (text, None)


def expand(text: str, origin: Origin | None) -> tuple[list[str], int | None]:
    """Return the names that a host entry stands for, and their port.

    origin: where the entry stands, for errors
    Raises InventoryError for a range that cannot be counted through or names more than 100,000 hosts, for a name with
    `=` or a final colon, and for one that no host can have.

    >>> expand("web[01:03]:2222", None)
    (['web01', 'web02', 'web03'], 2222)
    """
    name, port = split_port(text)
    if not is_name(name):
        raise InventoryError(f"{text!r} cannot be the name of a host", origin)
    if name.endswith(":") and not is_ipv6(name):
        raise InventoryError(f'a host name cannot end in a colon: "{text}"', origin,
                             "a YAML inventory has a name that ends in .yml, .yaml or .json")
    if "=" in name:
        raise InventoryError(f'"{text}" stands where a host name is expected', origin,
                             "variables of a group belong in a section [NAME:vars], those of a host after its name")
    return expand_ranges(name, origin), port


def expand_ranges(name: str, origin: Origin | None) -> list[str]:
    """Return the names with every range counted through, the last one fastest."""
    found = RANGE.search(name)
    if not found:
        if "[" in name or "]" in name:
            raise InventoryError(f'the brackets of "{name}" do not pair', origin)
        return [name]
    tails = expand_ranges(name[found.end() :], origin)
    heads = steps(found[1], origin)
    if len(heads) * len(tails) > MOST_HOSTS:
        raise too_many(name, origin)
    return [name[: found.start()] + each + tail for each in heads for tail in tails]


def steps(bounds: str, origin: Origin | None) -> list[str]:
    """Return what a range counts through: both ends belong to it, and `01:10` keeps its leading zeros."""
    parts = bounds.split(":")
    if len(parts) not in (2, 3) or not parts[1]:
        raise InventoryError(f'"[{bounds}]" is not a range', origin, "write [first:last] or [first:last:step]")
    if max(map(len, parts)) > MOST_DIGITS:
        raise too_many(f"[{bounds}]", origin)
    first, last = parts[0] or "0", parts[1]
    step = int(parts[2]) if parts[2:] and parts[2].isdecimal() else 1 if not parts[2:] else 0
    if step < 1:
        raise InventoryError(f'the step of the range "[{bounds}]" is not a number above zero', origin)
    found = numbers(first, last, step, origin) if first.isdecimal() and last.isdecimal() else letters(first, last, step)
    if not found:
        raise InventoryError(f'the range "[{bounds}]" names no host', origin,
                             "ranges count up, through numbers or single letters")
    return found


def numbers(first: str, last: str, step: int, origin: Origin | None) -> list[str]:
    width = len(first) if first.startswith("0") and len(first) > 1 else 0
    if width and len(last) != width:
        raise InventoryError(f'the ends of the range "[{first}:{last}]" have different numbers of digits', origin,
                             f"with leading zeros, write both alike: [{first}:{last.zfill(width)}]")
    counted = range(int(first), int(last) + 1, step)
    if len(counted) > MOST_HOSTS:
        raise too_many(f"[{first}:{last}]", origin)
    return [str(number).zfill(width) for number in counted]


def too_many(text: str, origin: Origin | None) -> InventoryError:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return InventoryError(f'"{shown}" stands for more than {MOST_HOSTS:,} hosts', origin)


def letters(first: str, last: str, step: int) -> list[str]:
    """Return the letters from first to last, a to z before A to Z; none if these are not letters."""
    alphabet = string.ascii_letters
    if len(first) != 1 or len(last) != 1 or first not in alphabet or last not in alphabet:
        return []
    return list(alphabet[alphabet.index(first) : alphabet.index(last) + 1 : step])
