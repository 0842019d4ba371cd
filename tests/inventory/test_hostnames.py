"""Ranges and ports of host names. Ranges that are wrong are cases of the INI inventory, where they have a place."""

import pytest

from muster.errors import InventoryError, Origin
from muster.inventory.hostnames import expand, is_ipv6, split_port


@pytest.mark.parametrize(
    ("text", "name", "port"),
    [("web1", "web1", None), ("web1:22", "web1", 22), ("10.0.0.1:2222", "10.0.0.1", 2222), ("::1", "::1", None),
     ("fe80::1:22", "fe80::1:22", None), ("[fe80::1]:22", "fe80::1", 22), ("[::1]", "::1", None),
     ("web[1:3]:22", "web[1:3]", 22), ("web[1:3]", "web[1:3]", None), ("web:ssh", "web:ssh", None)],
)
def test_a_port_follows_the_last_colon_outside_brackets(text, name, port):
    assert split_port(text) == (name, port)


@pytest.mark.parametrize(("text", "expected"), [("::1", True), ("fe80::1", True), ("10.0.0.1", False), ("a:b", False)])
def test_ipv6_addresses_are_known(text, expected):
    assert is_ipv6(text) is expected


@pytest.mark.parametrize(
    ("text", "names"),
    [("web[9:11]", ["web9", "web10", "web11"]), ("web[:2]", ["web0", "web1", "web2"]), ("[a:c]1", ["a1", "b1", "c1"]),
     ("x[y:B]", ["xy", "xz", "xA", "xB"]), ("n[0:4:2]", ["n0", "n2", "n4"]), ("n[a:e:2]", ["na", "nc", "ne"]),
     ("fe80::[1:2]", ["fe80::1", "fe80::2"]), ("n[5:5]", ["n5"])],
)
def test_ranges_are_counted_through(text, names):
    assert expand(text, None) == (names, None)


def test_a_wrong_range_is_told_at_its_place():
    origin = Origin("hosts", 3, 7)
    with pytest.raises(InventoryError) as raised:
        expand("web[2:1]", origin)
    assert raised.value.origin == origin


@pytest.mark.parametrize("text", ["h[1:99999999999]", "h[1:100001]", "h[1:1000][1:101]", f"h[1:{'9' * 5000}]"])
def test_more_hosts_than_anyone_has_are_refused(text):
    with pytest.raises(InventoryError, match="stands for more than 100,000 hosts"):
        expand(text, None)


@pytest.mark.parametrize("text", ["", " ", "a\0", "\ud800", "a\x1b"])
def test_a_name_that_no_host_can_have_is_refused(text):
    with pytest.raises(InventoryError, match="cannot be the name of a host"):
        expand(text, None)


def test_a_number_too_long_for_a_port_is_none():
    assert split_port("web1:" + "2" * 5000)[1] is None
