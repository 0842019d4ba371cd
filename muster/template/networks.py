"""Tests of network addresses, `is ansible.utils.in_network "10.0.0.0/8"`, as in the collection ansible.utils."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from muster.template.filters.addresses import Address, network_in_network
from muster.template.filters.hardware import hwaddr
from muster.template.plugins import Plugin

NETWORKS = [ipaddress.IPv4Network(f"0.0.0.0/{length}") for length in range(33)]
MASKS = frozenset(str(each.netmask) for each in NETWORKS)
HOSTMASKS = frozenset(str(each.hostmask) for each in NETWORKS)


def exact(value: Any, version: int | None = None) -> Address | None:
    """Return the address, or network, that a value is; None for an address with the prefix of the network it is in."""
    found = Address.read(value)
    whole = found is not None and found.of.ip == found.network.network_address
    return found if found and whole and version in (None, found.of.version) else None


def address_test(check: Callable[[Any], bool]) -> Plugin:
    """Return a test of an address, which is false for all else."""

    def test(value: Any) -> bool:
        found = exact(value)
        return found is not None and not found.prefixed and bool(check(found.of.ip))

    return test


def ip(value: Any) -> bool:
    return exact(value) is not None


def ipv4(value: Any) -> bool:
    return exact(value, 4) is not None


def ipv6(value: Any) -> bool:
    return exact(value, 6) is not None


def alone(value: Any, version: int | None = None) -> bool:
    """Tell whether it is a single address, without a prefix."""
    found = exact(value, version)
    return found is not None and not found.prefixed


def ip_address(value: Any) -> bool:
    return alone(value)


def ipv4_address(value: Any) -> bool:
    return alone(value, 4)


def ipv6_address(value: Any) -> bool:
    return alone(value, 6)


def ipv4_netmask(value: Any) -> bool:
    return str(value) in MASKS


def ipv4_hostmask(value: Any) -> bool:
    return str(value) in HOSTMASKS


def in_network(value: Any, network: Any) -> bool:
    return exact(value) is not None and exact(network) is not None and network_in_network(network, value)


def supernet_of(value: Any, network: Any) -> bool:
    return in_network(network, value)


def in_any_network(value: Any, networks: Iterable[Any]) -> bool:
    return any(in_network(value, network) for network in networks)


def mac(value: Any) -> bool:
    return isinstance(value, str) and hwaddr(value) is not None


TESTS: dict[str, Plugin] = {
    "ip": ip, "ip_address": ip_address, "ipv4": ipv4, "ipv4_address": ipv4_address, "ipv6": ipv6,
    "ipv6_address": ipv6_address, "ipv4_netmask": ipv4_netmask, "ipv4_hostmask": ipv4_hostmask,
    "in_network": in_network, "in_any_network": in_any_network, "in_one_network": in_any_network,
    "subnet_of": in_network, "supernet_of": supernet_of, "mac": mac,
    "loopback": address_test(lambda each: each.is_loopback), "private": address_test(lambda each: each.is_private),
    "public": address_test(lambda each: each.is_global), "multicast": address_test(lambda each: each.is_multicast),
    "reserved": address_test(lambda each: each.is_reserved),
    "unspecified": address_test(lambda each: each.is_unspecified),
}
