"""Facts about network interfaces, addresses and default routes, from the kernel itself."""

import os
import struct

from muster.target.peek import peek

NETLINK_ROUTE = 0
RTM_GETADDR, RTM_NEWADDR, NLMSG_DONE = 22, 20, 3
REQUEST_DUMP = 0x301
ADDRESS, LOCAL, LABEL, BROADCAST = 1, 2, 3, 4
IPV4, IPV6 = 2, 10
SCOPES = {0: "global", 200: "site", 253: "link", 254: "host"}
KINDS = {"1": "ether", "772": "loopback", "512": "ppp", "768": "tunnel", "32": "infiniband"}


def gather(sys="/sys/class/net", proc="/proc/net"):
    """Return the facts of the network: interfaces, one dictionary for each, default routes, all addresses."""
    found = {name: describe(os.path.join(sys, name), name) for name in sorted(os.listdir(sys))}
    found = {name: each for name, each in found.items() if each}
    four, six = [], []
    for index, family, prefix, scope, values in addresses():
        device = next((name for name, each in found.items() if each["index"] == index), None)
        if device is None:
            continue
        entry = add_address(found[device], family, prefix, scope, values)
        if family == IPV4 and not entry["address"].startswith("127."):
            four.append(entry["address"])
        elif family == IPV6 and entry["address"] != "::1":
            six.append(entry["address"])
    for each in found.values():
        del each["index"]
    facts = {fact_name(name): each for name, each in found.items()}
    return dict(facts, interfaces=list(found), all_ipv4_addresses=four, all_ipv6_addresses=six,
                default_ipv4=default_ipv4(found, proc), default_ipv6=default_ipv6(found, proc))


def fact_name(interface):
    """Return the name of an interface's fact: what is no letter or digit becomes an underscore."""
    return "".join(letter if letter.isalnum() else "_" for letter in interface)


def describe(directory, name):
    """Return what /sys says of an interface, or None for what is none (bonding_masters)."""

    def read(file):
        return peek(directory + "/" + file)

    if not os.path.isdir(directory):
        return None
    found = {"device": name, "index": int(read("ifindex") or 0), "mtu": int(read("mtu") or 0),
             "active": bool(int(read("flags") or "0", 16) & 1), "type": KINDS.get(read("type"), "unknown"),
             "promisc": bool(int(read("flags") or "0", 16) & 0x100)}
    if read("address") and found["type"] != "loopback":
        found["macaddress"] = read("address")
    speed = read("speed")
    if speed.isdigit():
        found["speed"] = int(speed)
    if os.path.isdir(os.path.join(directory, "bridge")):
        found.update(type="bridge", interfaces=sorted(os.listdir(os.path.join(directory, "brif"))))
    if os.path.isdir(os.path.join(directory, "bonding")):
        found.update(type="bonding", slaves=read("bonding/slaves").split())
    driver = os.path.join(directory, "device", "driver", "module")
    if os.path.exists(driver):
        found["module"] = os.path.basename(os.path.realpath(driver))
    return found


def addresses():
    """Yield (index of the interface, family, prefix length, scope, {attribute: bytes}) of every address, by netlink."""
    import _socket  # The C part alone imports in a tenth of the time.

    try:
        sock = _socket.socket(16, 3, NETLINK_ROUTE)  # AF_NETLINK, SOCK_RAW
    except OSError:
        return
    try:
        sock.send(struct.pack("=IHHIIB3x", 20, RTM_GETADDR, REQUEST_DUMP, 1, 0, 0))
        while True:
            data = sock.recv(65536)
            for kind, body in messages(data):
                if kind == NLMSG_DONE:
                    return
                if kind == RTM_NEWADDR:
                    family, prefix, _, scope, index = struct.unpack_from("=BBBBI", body)
                    yield index, family, prefix, scope, dict(attributes(body[8:]))
    finally:
        sock.close()


def messages(data):
    """Yield (type, body) of each netlink message."""
    while len(data) >= 16:
        length, kind = struct.unpack_from("=IH", data)
        yield kind, data[16:length]
        data = data[length + 3 & ~3:]


def attributes(data):
    """Yield (type, value) of each attribute of a netlink message."""
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        yield kind, data[4:length]
        data = data[max(length, 4) + 3 & ~3:]


def add_address(interface, family, prefix, scope, values):
    """Add an address to its interface; return the entry. The first IPv4 address is `ipv4`, others are secondaries."""
    if family == IPV6:
        entry = {"address": ipv6(values[ADDRESS]), "prefix": str(prefix), "scope": SCOPES.get(scope, "global")}
        interface.setdefault("ipv6", []).append(entry)
        return entry
    mask = 0xFFFFFFFF << 32 - prefix & 0xFFFFFFFF
    raw = values.get(LOCAL, values[ADDRESS])
    number = struct.unpack("!I", raw)[0]
    entry = {"address": ipv4(raw), "netmask": ipv4(struct.pack("!I", mask)), "prefix": str(prefix),
             "network": ipv4(struct.pack("!I", number & mask)),
             "broadcast": ipv4(values[BROADCAST]) if BROADCAST in values else ""}
    if "ipv4" in interface:
        interface.setdefault("ipv4_secondaries", []).append(entry)
    else:
        interface["ipv4"] = entry
    return entry


def ipv4(raw):
    return "%d.%d.%d.%d" % struct.unpack("4B", raw)


def ipv6(raw):
    import _socket

    return _socket.inet_ntop(IPV6, raw)


def rows(path):
    """Return the lines of a table in /proc/net as lists of words."""
    return [line.split() for line in peek(path).splitlines()]


def default_ipv4(interfaces, proc):
    """Return interface, gateway and addresses of the default route with the lowest metric."""
    routes = [row for row in rows(proc + "/route")[1:] if row[1] == "00000000" and row[7] == "00000000"]
    if not routes:
        return {}
    route = min(routes, key=lambda row: int(row[6]))
    gateway = ipv4(struct.pack("<I", int(route[2], 16)))
    return default(interfaces, route[0], gateway, interfaces.get(route[0], {}).get("ipv4"))


def default_ipv6(interfaces, proc):
    routes = [row for row in rows(proc + "/ipv6_route")
              if row[0] == "0" * 32 and row[1] == "00" and row[9] != "lo" and int(row[8], 16) & 1]
    if not routes:
        return {}
    route = min(routes, key=lambda row: int(row[5], 16))
    entries = interfaces.get(route[9], {}).get("ipv6", [])
    entry = next((each for each in entries if each["scope"] == "global"), None)
    return default(interfaces, route[9], ipv6(bytes.fromhex(route[4])), entry)


def default(interfaces, name, gateway, entry):
    """Return the fact of a default route: its interface's properties and one address."""
    device = interfaces.get(name, {})
    found = {"interface": name, "gateway": gateway, "alias": name, "mtu": device.get("mtu"),
             "type": device.get("type", "unknown")}
    if "macaddress" in device:
        found["macaddress"] = device["macaddress"]
    return dict(found, **(entry or {}))
