"""Filters for addresses of network cards."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Callable
from typing import Any

from muster.template.plugins import Plugin, PluginError

BYTE = re.compile(r"[0-9a-f]{2}")


def digits_of(value: Any) -> str | None:
    """Return the twelve digits of an address written as 52:54:00:aa:bb:cc, 5254.00aa.bbcc, 52-54-... or bare."""
    parts = re.split("[:.-]", str(value).lower())
    if len(parts) not in (1, 2, 3, 6):
        return None
    width = 12 // len(parts)
    fitting = all(re.fullmatch("[0-9a-f]+", part) and len(part) <= width for part in parts)
    return "".join(part.zfill(width) for part in parts) if fitting and len(parts[0]) > 1 else None


def grouped(digits: str, width: int, mark: str) -> str:
    return mark.join(digits[start : start + width] for start in range(0, len(digits), width))


FORMS: dict[str, Callable[[str], Any]] = {
    "linux": lambda digits: grouped(digits, 2, ":"),
    "unix": lambda digits: ":".join(f"{int(each, 16):x}" for each in grouped(digits, 2, ":").split(":")),
    "cisco": lambda digits: grouped(digits, 4, "."),
    "pgsql": lambda digits: grouped(digits, 6, ":"),
    "psql": lambda digits: grouped(digits, 6, ":"),
    "bare": lambda digits: digits.upper(),
    "win": lambda digits: grouped(digits.upper(), 2, "-"),
    "int": lambda digits: int(digits, 16),
    "bool": lambda digits: True,
}


def hwaddr(value: Any, query: str = "") -> Any:
    """Return the address in a form (linux, unix, cisco, pgsql, bare, win, int), without one as it is.

    What is no such address gives None, or with a form an error.
    """
    if query and query not in FORMS:
        raise PluginError(f'there is no form "{query}" of such addresses; there are {", ".join(FORMS)}')
    digits = digits_of(value)
    if digits is None and query not in ("", "bool"):
        raise PluginError(f"{value!r} is no address of a network card")
    if query == "":
        return value if digits else None
    return FORMS[query](digits) if digits else None


def slaac(value: Any, query: str = "") -> Any:
    """Return the address that a card gives itself in an IPv6 network (RFC 4862); false when it is none."""
    digits = digits_of(query)
    try:
        network = ipaddress.IPv6Network(str(value), strict=False)
    except ValueError:
        return False
    if digits is None:
        return False
    number = int(digits[:6] + "fffe" + digits[6:], 16) ^ (1 << 57)  # The bit says that the address is unique.
    return str(network.network_address + number)


def random_mac(value: str, seed: Any = None) -> str:
    """Return an address that begins with these bytes; equal seeds give equal ones, and the same as in Ansible."""
    parts = str(value).lower().split(":")
    if len(parts) > 5 or not all(BYTE.fullmatch(part) for part in parts):
        raise PluginError(f'"{value}" is no beginning of an address, one to five bytes such as 52:54:00')
    source = random.SystemRandom() if seed is None else random.Random(seed)
    digits = f"{source.randint(16**9, 16**10 - 1):x}"
    return ":".join([*parts, *grouped(digits, 2, ":").split(":")][:6])


FILTERS: dict[str, Plugin] = {"hwaddr": hwaddr, "macaddr": hwaddr, "slaac": slaac, "random_mac": random_mac}
