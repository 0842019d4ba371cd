"""Filters for addresses of networks: `ipaddr` and its family, by Python's own module `ipaddress`.

They behave as those of the collection ansible.utils 6.0: what is no address gives false, what an address is not (a
network, private, ...) gives None, and of a list that is left which gives something.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, NamedTuple

from muster.template.plugins import Plugin, PluginError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
# Assigned for protocols; how Python counts them depends on its version.
SPECIAL = (ipaddress.ip_network("192.0.0.0/24"), SIX_TO_FOUR)
LINK_LOCAL = (ipaddress.ip_network("169.254.0.0/16"), ipaddress.ip_network("fe80::/10"))


class Address(NamedTuple):
    """An address with the network around it; `prefixed` says whether its prefix was written."""

    of: Interface
    prefixed: bool

    @classmethod
    def read(cls, value: Any) -> Address | None:
        """Return what a text or number is, or None; 192.168.1.0/24 is a network, 192.168.1.5/24 an address."""
        if isinstance(value, bool) or not isinstance(value, (str, int)) or "%" in str(value):
            return None
        try:
            return cls(ipaddress.ip_interface(value), isinstance(value, str) and "/" in value)
        except ValueError:
            return None

    @property
    def network(self) -> Network:
        return self.of.network

    @property
    def is_network(self) -> bool:
        return self.network.num_addresses > 1 and self.of.ip == self.network.network_address

    @property
    def prefix(self) -> int:
        return self.network.prefixlen

    @property
    def ip(self) -> str:
        """The address alone; one of IPv4 in IPv6 is spelt as such, as Python does it itself since 3.13."""
        mapped = getattr(self.of.ip, "ipv4_mapped", None)
        return f"::ffff:{mapped}" if mapped else str(self.of.ip)

    @property
    def is_host(self) -> bool:
        """Whether it can be a host: in a /31 both addresses are."""
        return not self.is_network or self.network.num_addresses == 2

    def __str__(self) -> str:
        return f"{self.ip}/{self.prefix}" if self.prefixed else self.ip

    def usable(self) -> tuple[int, int]:
        """Return the first and the last address for hosts, as numbers; in /31 and /127 both are."""
        first, last = int(self.network[0]), int(self.network[-1])
        return (first, last) if self.network.num_addresses <= 2 else (first + 1, last - 1)

    def neighbour(self, steps: int) -> str | None:
        """Return the usable address some steps on, or None when it is outside."""
        first, last = self.usable()
        wanted = int(self.of.ip) + steps
        return str(type(self.of.ip)(wanted)) if first <= wanted <= last else None

    def nth(self, number: int) -> str | bool:
        """Return the address at a position in the network, from the end for a negative one; false when outside."""
        try:
            return str(self.network[number])
        except IndexError:
            return False


def peer(address: Address) -> str:
    """Return the other end of a point-to-point network."""
    network, own = address.network, address.of.ip
    ends = list(network) if network.num_addresses == 2 else list(network.hosts()) if network.num_addresses == 4 else []
    if own not in ends:
        raise PluginError(f"{address} is no end of a point-to-point network such as 10.0.0.1/30 or 10.0.0.0/31")
    return str(ends[1 - ends.index(own)])


def as_ipv4(address: Address) -> str | bool:
    """Return the IPv4 address that an IPv6 one stands for; false when it stands for none."""
    if address.of.version == 4:
        return str(address)
    high, low = divmod(int(address.of.ip), 2**32)
    return f"{ipaddress.IPv4Address(low)}/32" if high in (0, 0xFFFF) else False


def as_ipv6(address: Address) -> str:
    return str(address) if address.of.version == 6 else f"::ffff:{address.of.ip}/{address.prefix + 96}"


def as_6to4(address: Address) -> str | bool:
    """Return the network that an IPv4 address has by RFC 3056; false when it can have none."""
    if address.of.version == 6:
        return str(address) if address.of.ip in SIX_TO_FOUR else False
    if address.of.ip.is_multicast:
        return False
    digits = f"{int(address.of.ip):08x}"
    return f"2002:{digits[:4]}:{digits[4:]}::1/48"


def wrapped(address: Address) -> str:
    text, slash, prefix = str(address).partition("/")
    return f"[{text}]{slash}{prefix}" if address.of.version == 6 else str(address)


def if_so(holds: Callable[[Address], Any]) -> Callable[[Address], Any]:
    """Return a query that gives the address back when something holds for it."""
    return lambda address: str(address) if holds(address) else None


def in_a_network(query: Callable[[Address], Any]) -> Callable[[Address], Any]:
    """Return a query of usable addresses; without a prefix it is an error, and in a /32 there are none."""

    def checked(address: Address) -> Any:
        if not address.prefixed:
            raise PluginError(f"{address} is in no network: it has no prefix such as /24")
        return query(address) if address.network.num_addresses > 1 else None

    return checked


def first_usable(address: Address) -> str:
    return str(type(address.of.ip)(address.usable()[0]))


def last_usable(address: Address) -> str:
    return str(type(address.of.ip)(address.usable()[1]))


def host(address: Address) -> str | None:
    return f"{address.ip}/{address.prefix}" if address.is_host else None


def only_host(address: Address) -> str | bool:
    """Return an address that a host can have, with its prefix; false for those of the network and of all its hosts."""
    is_all = address.network.num_addresses > 2 and address.of.ip == address.network.broadcast_address
    return False if is_all else host(address) or False


def is_public(address: Address) -> bool:
    return address.of.ip.is_global and not any(address.of.ip in network for network in SPECIAL)


QUERIES: dict[str, Callable[[Address], Any]] = {
    "": str,
    **dict.fromkeys(("address", "ip"), lambda each: each.ip if each.is_host else None),
    "host": host,
    "cidr": lambda each: f"{each.ip}/{each.prefix}",
    **dict.fromkeys(("gateway", "gw", "router", "hostnet", "host/prefix"), only_host),
    **dict.fromkeys(("address/prefix", "ip/prefix"), lambda each: host(each) or False),
    "network": lambda each: str(each.network.network_address),
    "network_id": lambda each: str(each.network.network_address),
    **dict.fromkeys(("subnet", "network/prefix"), lambda each: str(each.network)),
    "net": lambda each: str(each.network) if each.is_network else None,
    "netmask": lambda each: str(each.network.netmask),
    **dict.fromkeys(("hostmask", "wildcard"), lambda each: str(each.network.hostmask)),
    "ip_netmask": lambda each: f"{each.of.ip} {each.network.netmask}",
    "ip_wildcard": lambda each: f"{each.of.ip} {each.network.hostmask}",
    "network_netmask": lambda each: f"{each.network.network_address} {each.network.netmask}",
    "network_wildcard": lambda each: f"{each.network.network_address} {each.network.hostmask}",
    "broadcast": lambda each: str(each.network.broadcast_address) if each.network.num_addresses > 2 else None,
    "prefix": lambda each: each.prefix,
    "size": lambda each: each.network.num_addresses,
    "int": lambda each: f"{int(each.of.ip)}/{each.prefix}" if each.prefixed else int(each.of.ip),
    "bool": lambda each: True,
    "type": lambda each: "network" if each.is_network else "address",
    "version": lambda each: each.of.version,
    "first_usable": in_a_network(first_usable), "last_usable": in_a_network(last_usable),
    "range_usable": in_a_network(lambda each: f"{first_usable(each)}-{last_usable(each)}"),
    "size_usable": lambda each: 0 if each.network.num_addresses == 1 else each.usable()[1] - each.usable()[0] + 1,
    "next_usable": in_a_network(lambda each: each.neighbour(1)),
    "previous_usable": in_a_network(lambda each: each.neighbour(-1)),
    "peer": peer,
    "private": if_so(lambda each: not is_public(each)),
    "public": if_so(lambda each: is_public(each) and not each.of.ip.is_multicast),
    **dict.fromkeys(("loopback", "lo"), if_so(lambda each: each.of.ip.is_loopback)),
    "link-local": if_so(lambda each: any(each.of.ip in network for network in LINK_LOCAL)),
    "multicast": if_so(lambda each: each.of.ip.is_multicast),
    "unicast": if_so(lambda each: not each.of.ip.is_multicast),
    **dict.fromkeys(("ipv4", "v4"), as_ipv4), **dict.fromkeys(("ipv6", "v6"), as_ipv6), "6to4": as_6to4,
    "revdns": lambda each: f"{each.of.ip.reverse_pointer}.", "wrap": wrapped,
}


def ipaddr(value: Any, query: Any = "", version: Any = False, alias: str = "ipaddr") -> Any:
    """Return what is asked of an address, or of each of a list.

    query: one of QUERIES; a network in which the address must be; or a number, for the address at that position
    version: 4 or 6, if only those count
    """
    if isinstance(value, (list, tuple)):
        found = [ipaddr(each, query, version, alias) if isinstance(each, (str, int)) else None for each in value]
        return [each for each in found if each is not None and each is not False]
    if not isinstance(value, (str, int)):
        raise PluginError(f"an address or a list of them is wanted, not the {type(value).__name__} {value!r}")
    address = Address.read(value)
    if address is None or (version and address.of.version != int(version)):
        return False
    if str(query) in QUERIES:
        return QUERIES[str(query)](address)
    if str(query).lstrip("-").isdigit():
        if address.network.num_addresses == 1:
            return str(address)
        nth = address.nth(int(query))
        return f"{nth}/{address.prefix}" if nth else False
    network = Address.read(query)
    if network is None:
        raise PluginError(f'an address has no "{query}"', f"there are: {', '.join(filter(None, QUERIES))}")
    return str(address) if is_inside(address, network) else None


def is_inside(address: Address, network: Address) -> bool:
    return address.of.version == network.of.version and address.of.ip in network.network


def ipv4(value: Any, query: Any = "") -> Any:
    return ipaddr(value, query, 4)


def ipv6(value: Any, query: Any = "") -> Any:
    return ipaddr(value, query, 6)


def ipwrap(value: Any, query: Any = "") -> Any:
    """Return IPv6 addresses in brackets, and all else as it is."""
    if isinstance(value, (list, tuple)):
        return [ipwrap(each, query) for each in value]
    found = ipaddr(value, query) if value != "" else ""
    return wrapped(read(found)) if Address.read(found) else value


def read(value: Any) -> Address:
    found = Address.read(value)
    if found is None:
        raise PluginError(f"{value!r} is no address")
    return found


def ipsubnet(value: Any, query: Any = "", index: Any = None) -> Any:
    """Return a subnet: the network itself; how many of a size there are; or one of them.

    query: length of a prefix, or the network in which the position of this one is asked for
    index: position of the subnet of that size in a network; for an address, how many prefixes to go down from it
    """
    address = Address.read(value)
    if address is None:
        return False
    if query == "":
        return str(address.network)
    if not str(query).isdigit():
        return position(address, read(query))
    if address.is_network or address.prefix < int(query):
        return subnet(address.network, int(query), index)
    if address.network.num_addresses > 1 and address.prefix != int(query):
        raise PluginError(f"{address} is in no subnet of the size {query}")
    sizes = [address.network.supernet(new_prefix=size) for size in range(int(query), address.prefix + 1)]
    try:
        return str(sizes[int(index or 0)] if int(index or 0) >= 0 else sizes[:-1][int(index)])
    except IndexError:
        return False


def subnet(network: Network, size: int, index: Any) -> Any:
    """Return one subnet of this size, or how many there are, as text."""
    count = 2 ** (size - network.prefixlen) if network.prefixlen <= size <= network.max_prefixlen else 0
    if index is None:
        return str(count) if count else False
    number = int(index) + (count if int(index) < 0 else 0)
    if not 0 <= number < count:
        return False
    first = int(network.network_address) + number * 2 ** (network.max_prefixlen - size)
    return f"{type(network.network_address)(first)}/{size}"


def position(address: Address, network: Address) -> str:
    """Return which of the subnets of its size in the network this one is, from 1."""
    if not is_inside(address, network) or address.prefix < network.prefix:
        raise PluginError(f"{address.network} is not in {network.network}")
    offset = int(address.network.network_address) - int(network.network.network_address)
    return str(offset // address.network.num_addresses + 1)


def nthhost(value: Any, query: Any = "") -> Any:
    """Return the address at a position in a network; false when there is none."""
    address = Address.read(value)
    return address.nth(int(query)) if address and str(query).lstrip("-").isdigit() else False


def next_nth_usable(value: Any, offset: Any) -> Any:
    address = Address.read(value)
    return address.neighbour(int(offset)) if address else False


def previous_nth_usable(value: Any, offset: Any) -> Any:
    return next_nth_usable(value, -int(offset))


def network_in_network(value: Any, test: Any) -> bool:
    """Tell whether the second network, or address, is inside of the first."""
    outer, inner = Address.read(value), Address.read(test)
    return bool(outer and inner and is_inside(inner, outer) and inner.network[-1] in outer.network)


def network_in_usable(value: Any, test: Any) -> bool:
    """Tell whether the second network, or address, is among what the first has for hosts."""
    outer, inner = Address.read(value), Address.read(test)
    if outer is None or inner is None or inner.of.version != outer.of.version:
        return False
    first, last = outer.usable()
    return first <= int(inner.of.ip) and int(inner.network[-1]) <= last


def reduce_on_network(value: Any, network: Any) -> list[Any]:
    """Return those of the addresses that are in the network."""
    return [each for each in (value if isinstance(value, (list, tuple)) else [value])
            if network_in_network(network, each)]


def cidr_merge(value: Any, action: str = "merge") -> Any:
    """Return the fewest networks that are the same addresses, or with `span` the one that holds them all."""
    networks: list[Any] = [read(each).network for each in value]
    if action == "merge":
        return [str(each) for each in ipaddress.collapse_addresses(networks)]
    if action != "span":
        raise PluginError(f'action is merge or span, not "{action}"')
    if not networks:
        return None
    found = networks[0]
    while not all(each.subnet_of(found) for each in networks):
        found = found.supernet()
    return str(found)


def ipmath(value: Any, amount: Any) -> str:
    """Return the address that is so many further."""
    return Address(ipaddress.ip_interface(read(value).of.ip + int(amount)), False).ip


def ip4_hex(value: Any, delimiter: str = "") -> str:
    return delimiter.join(f"{each:02x}" for each in ipaddress.IPv4Address(str(value)).packed)


def ipv6form(value: Any, format: str = "compress") -> str:
    """Return an IPv6 address written short (compress) or in full (expand), and one of IPv4 as it is."""
    if format not in ("compress", "expand"):
        raise PluginError(f'format is compress or expand, not "{format}"')
    found = ipaddress.ip_address(str(value))
    return found.exploded if format == "expand" else found.compressed


FILTERS: dict[str, Plugin] = {
    "ipaddr": ipaddr, "ipv4": ipv4, "ipv6": ipv6, "ipwrap": ipwrap, "ipsubnet": ipsubnet, "nthhost": nthhost,
    "next_nth_usable": next_nth_usable, "previous_nth_usable": previous_nth_usable,
    "network_in_network": network_in_network, "network_in_usable": network_in_usable,
    "reduce_on_network": reduce_on_network, "cidr_merge": cidr_merge, "ipmath": ipmath, "ip4_hex": ip4_hex,
    "ipv6form": ipv6form,
}
