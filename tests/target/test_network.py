"""Facts about the network: recorded netlink messages, made trees of /sys, and this machine against iproute2."""

import json
import shutil
import struct
import subprocess

import pytest

from muster.target import network


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def test_messages_and_attributes_are_cut_at_their_lengths():
    body = b"head1234" + attribute(network.LABEL, b"eth0\0") + attribute(network.ADDRESS, b"\x0a\0\0\x05")
    data = struct.pack("=IHHII", 16 + len(body), network.RTM_NEWADDR, 0, 1, 0) + body
    data += struct.pack("=IHHII", 16, network.NLMSG_DONE, 0, 1, 0)
    (kind, first), (last, empty) = network.messages(data)
    assert (kind, last, empty) == (network.RTM_NEWADDR, network.NLMSG_DONE, b"")
    assert dict(network.attributes(first[8:])) == {network.LABEL: b"eth0\0", network.ADDRESS: b"\x0a\0\0\x05"}


def test_the_first_ipv4_address_is_the_address_and_others_are_secondaries():
    interface = {}
    values = {network.ADDRESS: bytes([10, 1, 2, 3]), network.BROADCAST: bytes([10, 1, 3, 255])}
    network.add_address(interface, network.IPV4, 23, 0, values)
    network.add_address(interface, network.IPV4, 32, 0, {network.ADDRESS: bytes([10, 9, 9, 9])})
    assert interface["ipv4"] == {
        "address": "10.1.2.3",
        "netmask": "255.255.254.0",
        "prefix": "23",
        "network": "10.1.2.0",
        "broadcast": "10.1.3.255",
    }
    assert [each["address"] for each in interface["ipv4_secondaries"]] == ["10.9.9.9"]


def test_ipv6_addresses_have_a_scope():
    interface = {}
    network.add_address(interface, network.IPV6, 64, 253, {network.ADDRESS: b"\xfe\x80" + b"\0" * 13 + b"\1"})
    assert interface["ipv6"] == [{"address": "fe80::1", "prefix": "64", "scope": "link"}]


def test_on_a_point_to_point_link_the_address_is_our_own_end():
    interface = {}
    network.add_address(
        interface, network.IPV4, 32, 0, {network.ADDRESS: bytes([10, 0, 0, 2]), network.LOCAL: bytes([10, 0, 0, 1])}
    )
    assert interface["ipv4"]["address"] == "10.0.0.1"


def test_the_default_route_with_the_lowest_metric_wins(tmp_path):
    (tmp_path / "route").write_text(
        "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
        "eth1 00000000 0101000A 0003 0 0 200 00000000 0 0 0\n"
        "eth0 00000000 0100000A 0003 0 0 100 00000000 0 0 0\n"
        "eth0 0000000A 00000000 0001 0 0 0 00FFFFFF 0 0 0\n"
    )
    interfaces = {
        "eth0": {
            "mtu": 9001,
            "type": "ether",
            "macaddress": "02:00:00:00:00:01",
            "ipv4": {"address": "10.0.0.5", "netmask": "255.255.255.0"},
        }
    }
    assert network.default_ipv4(interfaces, str(tmp_path)) == {
        "interface": "eth0",
        "gateway": "10.0.0.1",
        "alias": "eth0",
        "mtu": 9001,
        "type": "ether",
        "macaddress": "02:00:00:00:00:01",
        "address": "10.0.0.5",
        "netmask": "255.255.255.0",
    }


def test_the_default_route_of_ipv6(tmp_path):
    gateway = "fe80" + "0" * 27 + "1"
    (tmp_path / "ipv6_route").write_text(
        f"{'0' * 32} 00 {'0' * 32} 00 {gateway} 00000400 00000001 00000000 00450003 eth0\n"
        f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200 lo\n"
    )
    interfaces = {
        "eth0": {
            "mtu": 1500,
            "ipv6": [{"address": "fe80::2", "scope": "link"}, {"address": "2001:db8::2", "scope": "global"}],
        }
    }
    found = network.default_ipv6(interfaces, str(tmp_path))
    assert (found["gateway"], found["address"], found["interface"]) == ("fe80::1", "2001:db8::2", "eth0")


def test_no_default_route_is_an_empty_fact(tmp_path):
    assert network.default_ipv4({}, str(tmp_path)) == {} and network.default_ipv6({}, str(tmp_path)) == {}


def test_an_interface_is_described_from_sys(tmp_path):
    for name, text in {
        "ifindex": "3",
        "mtu": "1500",
        "flags": "0x1103",
        "type": "1",
        "address": "02:00:00:00:00:01",
        "speed": "1000",
    }.items():
        (tmp_path / name).write_text(text + "\n")
    assert network.describe(str(tmp_path), "eth0") == {
        "device": "eth0",
        "index": 3,
        "mtu": 1500,
        "active": True,
        "type": "ether",
        "promisc": True,
        "macaddress": "02:00:00:00:00:01",
        "speed": 1000,
    }


def test_files_among_the_interfaces_are_left_out(tmp_path):
    (tmp_path / "bonding_masters").touch()
    assert network.describe(str(tmp_path / "bonding_masters"), "bonding_masters") is None


def test_names_of_facts_have_no_signs():
    assert network.fact_name("br-12.3") == "br_12_3"


@pytest.mark.skipif(not shutil.which("ip"), reason="needs iproute2")
def test_this_machine_as_ip_shows_it():
    shown = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, check=True).stdout)
    found = network.gather()
    assert set(found["interfaces"]) == {each["ifname"] for each in shown}
    for each in shown:
        ours = found[network.fact_name(each["ifname"])]
        theirs = [one["local"] for one in each["addr_info"] if one["family"] == "inet"]
        addresses = [ours["ipv4"]["address"]] if "ipv4" in ours else []
        assert addresses + [one["address"] for one in ours.get("ipv4_secondaries", [])] == theirs
        assert ours["mtu"] == each["mtu"]
