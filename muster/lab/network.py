"""The lab's wires: network namespaces, the bridge that joins them, and the cable to the controller.

Every address, route and interface lives in a namespace made here; nothing is ever added to the machine's own, and no
namespace has a route out. That is also why two labs can use the same addresses.
"""

from __future__ import annotations

import contextlib
import ipaddress
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.errors import LabError
from muster.lab.command import run

SUBNET = ipaddress.ip_network("10.213.0.0/16")
CONTROLLER = SUBNET[1]
FIRST_HOST = 11
MOST_HOSTS = 1000

# Where iproute2 keeps the names of namespaces.
NAMES = Path("/run/netns")

# The controller's end of the cable and the bridge's; both are called alike because each lives in a namespace of its
# own.
UPLINK = "uplink"


def address(number: int) -> str:
    """The address of the host with this number; numbers count from zero."""
    return str(SUBNET[FIRST_HOST + number])


def port(number: int) -> str:
    """The switch's interface to the host with this number."""
    return f"port{number}"


def mac(ip: str) -> str:
    """A locally administered Ethernet address that follows from the IP address."""
    return ":".join(f"{byte:02x}" for byte in b"\x02\x00" + ipaddress.IPv4Address(ip).packed)


@dataclass(frozen=True)
class Network:
    """The namespaces of one lab.

    Names of labs hold no dot, so what begins with "muster-NAME." is this lab's and no other's.
    """

    lab: str

    @property
    def controller(self) -> str:
        """The namespace from which the hosts are reached."""
        return f"muster-{self.lab}"

    @property
    def switch(self) -> str:
        """The namespace of the bridge."""
        return f"muster-{self.lab}.switch"

    def host(self, name: str) -> str:
        """The namespace of one host."""
        return f"muster-{self.lab}.{name}"

    @property
    def controller_path(self) -> Path:
        """The controller's namespace as a file, for setns(2)."""
        return NAMES / self.controller

    def make(self, *, delayed: bool) -> None:
        """Make the controller, the bridge, and the cable between them.

        delayed: leave the cable to a delay line: its two ends are then TAP devices, which work once a process holds
        them
        """
        ip(None, f"netns add {self.controller}", f"netns add {self.switch}")
        # No spanning tree and no delay: a port forwards as soon as it is up. No snooping: no one here uses multicast.
        ip(
            self.switch,
            "link add bridge type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            "link set bridge up",
        )
        if delayed:
            for namespace in (self.controller, self.switch):
                ip(namespace, f"tuntap add dev {UPLINK} mode tap", f"link set {UPLINK} txqueuelen 10000")
        else:
            ip(self.switch, f"link add {UPLINK} type veth peer name {UPLINK} netns {self.controller}")
        ip(self.switch, f"link set {UPLINK} master bridge up")
        ip(
            self.controller,
            "link set lo up",
            f"link set {UPLINK} address {mac(str(CONTROLLER))} up",
            f"address add {CONTROLLER}/{SUBNET.prefixlen} dev {UPLINK}",
        )

    def join(self, host: str, number: int) -> None:
        """Make a host's namespace and plug it in.

        Both ends know each other's Ethernet address from the start, so that no connection ever waits for ARP, which
        on a delayed cable would cost a round trip more than the network it stands for.
        """
        mine, namespace = address(number), self.host(host)
        ip(None, f"netns add {namespace}")
        ip(
            self.switch,
            f"link add {port(number)} type veth peer name eth0 netns {namespace}",
            f"link set {port(number)} master bridge up",
        )
        ip(
            namespace,
            "link set lo up",
            f"link set eth0 address {mac(mine)} up",
            f"address add {mine}/{SUBNET.prefixlen} dev eth0",
            f"neighbour replace {CONTROLLER} lladdr {mac(str(CONTROLLER))} dev eth0 nud permanent",
        )
        ip(self.controller, f"neighbour replace {mine} lladdr {mac(mine)} dev {UPLINK} nud permanent")

    def leave(self, host: str, number: int) -> None:
        """Take one host's port and namespace away.

        The port would go with the namespace, but only some time after the last who uses it, be it the kernel itself.
        """
        with contextlib.suppress(LabError):  # It is gone already.
            ip(self.switch, f"link delete {port(number)}")
        if (NAMES / self.host(host)).exists():
            ip(None, f"netns delete {self.host(host)}")

    def present(self) -> list[str]:
        """The names of this lab's namespaces that exist, whatever state they are in."""
        if not NAMES.is_dir():
            return []
        names = (path.name for path in NAMES.iterdir())
        return sorted(name for name in names if name == self.controller or name.startswith(f"{self.controller}."))

    def remove(self) -> None:
        """Take everything away; devices and addresses go with their namespaces."""
        present = self.present()
        if present:
            ip(None, *(f"netns delete {name}" for name in present))


def ip(namespace: str | None, *commands: str) -> None:
    """Carry out commands of ip(8), in a namespace or, for those about namespaces themselves, in none."""
    assert namespace or all(command.startswith("netns ") for command in commands), (
        "never touch the machine's own network"
    )
    inside = ["-netns", namespace] if namespace else []
    run(["ip", *inside, "-batch", "-"], stdin="\n".join(commands) + "\n")


def answers(namespace: Path, host: str, port: int, timeout: float = 2.0) -> bool:
    """Whether something that greets like an SSH server listens there, as seen from a namespace."""
    from muster.lab.dial import connect

    try:
        with connect(str(namespace), host, port, timeout) as sock:
            sock.settimeout(timeout)
            return sock.recv(4) == b"SSH-"
    except OSError:
        return False


def enter_command(namespace: Path) -> Sequence[str]:
    """The words to put before a program so that it runs in a namespace, with everything else left as it is."""
    return ("nsenter", f"--net={namespace}", "--")


def unmount_names() -> None:
    """Undo what `ip netns` leaves behind after its last name: a mount of the directory of names over itself."""
    if NAMES.is_dir() and not any(NAMES.iterdir()):
        subprocess.run(["umount", str(NAMES)], capture_output=True, check=False)


def number_hosts(count: int) -> range:
    """The numbers of so many hosts; LabError when the subnet of a lab does not have them."""
    if not 1 <= count <= MOST_HOSTS:
        raise LabError(f"a lab has between 1 and {MOST_HOSTS} hosts, not {count}")
    return range(count)
