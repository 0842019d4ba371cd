"""A lab: up, down, and what is in it.

>>> with Lab("example") as lab:                      # doctest: +SKIP
...     lab.up(hosts=2, images=["debian-12"])
...     lab.inside("debian-1", ["id", "-un"])
'root\\n'
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from muster.errors import LabError
from muster.lab import image as images_
from muster.lab.cgroup import Cgroup
from muster.lab.command import run
from muster.lab.host import Host
from muster.lab.inventory import inventory
from muster.lab.lock import locked
from muster.lab.network import CONTROLLER, UPLINK, Network, answers, enter_command, number_hosts, unmount_names
from muster.lab.process import recorded, start
from muster.lab.record import Member, Record
from muster.lab.requirements import reason_against, require_root
from muster.lab.ssh import USER, Access, make_key
from muster.lab.sysctl import Sysctls

DEFAULT_NAME = "lab"
DEFAULT_HOSTS = 4
DEFAULT_IMAGES = ("debian-12", "amazon")

# What labs write; removed again with the last of them.
STATE = Path("/run/muster/lab")

# No dot: it separates the lab from the host in the names of namespaces. Short: a machine's name has 64 characters.
NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")

DELAY_TIMEOUT = 10.0


class Lab:
    """One lab, whether it is up or not, by its name.

    say: called with each line of progress
    As a context manager it is taken down at the end.
    """

    def __init__(self, name: str = DEFAULT_NAME, say: Callable[[str], None] = lambda _: None) -> None:
        if not NAME.fullmatch(name):
            raise LabError(
                f'"{name}" cannot name a lab: use up to 30 lower-case letters, digits and hyphens, a letter first'
            )
        self.name = name
        self.say = say
        self.network = Network(name)
        self.directory = STATE / name
        self.access = Access(self.directory)
        self._cgroup = Cgroup(f"muster-{name}")
        self._sysctls = Sysctls(STATE)

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    # What is there

    @property
    def record(self) -> Record | None:
        """What the lab is; None when it is not up, or only half."""
        return Record.read(self.directory / "lab.json")

    @property
    def hosts(self) -> list[Host]:
        """The hosts, in the order of their numbers. LabError when the lab is not up."""
        record = self.record
        if record is None:
            raise LabError(f'lab "{self.name}" is not up: start it with `muster lab up{self._name_option}`')
        return self._hosts(record)

    def host(self, name: str) -> Host:
        """One host by its name."""
        hosts = {host.name: host for host in self.hosts}
        if name not in hosts:
            raise LabError(f'lab "{self.name}" has no host "{name}": it has {", ".join(hosts)}')
        return hosts[name]

    @property
    def inventory_path(self) -> Path:
        """The inventory, in Ansible's YAML format."""
        return self.directory / "inventory.yml"

    @property
    def namespace(self) -> Path:
        """The network namespace from which the hosts are reached, as a file for setns(2)."""
        return self.network.controller_path

    @property
    def enter_command(self) -> list[str]:
        """The words to put before a program (ansible-playbook, say) so that it reaches the hosts by their addresses."""
        return list(enter_command(self.namespace))

    def inside(self, host: str, argv: Sequence[str]) -> str:
        """Run a program on a host as root, without SSH, and return what it prints; LabError when it fails."""
        return run([*self.host(host).enter_command(), *argv])

    def states(self) -> list[tuple[Host, str]]:
        """Each host with its state: "up", "no ssh" or "stopped"."""
        require_root()
        hosts = self.hosts
        with ThreadPoolExecutor(len(hosts)) as pool:
            return list(zip(hosts, pool.map(self._state, hosts), strict=True))

    @property
    def _name_option(self) -> str:
        return "" if self.name == DEFAULT_NAME else f" --name {self.name}"

    def _hosts(self, record: Record) -> list[Host]:
        return [
            Host(self.name, self.directory, member.name, number, member.image, member.groups, Path(member.lower))
            for number, member in enumerate(record.members)
        ]

    def _state(self, host: Host) -> str:
        if not host.running:
            return "stopped"
        return "up" if answers(self.namespace, host.address, 22) else "no ssh"

    # Up

    def up(self, hosts: int = DEFAULT_HOSTS, images: Sequence[str] = DEFAULT_IMAGES, rtt_ms: float = 0) -> Lab:
        """Boot the fleet; return once every host has settled and its sshd answers.

        hosts: how many, spread over the images evenly
        images: names of images.yaml
        rtt_ms: round trip between the controller and each host, in milliseconds
        A lab that is up as asked for is left as it is; one that is broken or half built is taken down first.
        """
        # A typo is told before anything is asked of the machine.
        number_hosts(hosts)
        chosen = [images_.named(name) for name in dict.fromkeys(images)]
        if not chosen:
            raise LabError("a lab needs at least one image")
        if not 0 <= rtt_ms <= 60000:
            raise LabError(f"a round trip takes between 0 and 60000 ms, not {rtt_ms:g}")
        reason = reason_against(delayed=bool(rtt_ms))
        if reason:
            raise LabError(reason)
        wanted = Record(tuple(_members(hosts, chosen)), rtt_ms)
        with locked(STATE / f"{self.name}.lock"):
            if self._is_up_as(wanted):
                self.say(f'Lab "{self.name}" is already up: {wanted.describe()}')
                return self
            self._build_images(chosen)
            try:
                self._raise(wanted)
            except BaseException:
                self._remove()
                raise
        return self

    def _is_up_as(self, wanted: Record) -> bool:
        """Whether there is nothing to do. The rest of a broken lab is removed; a whole one that differs is an error."""
        present = self.record
        if present is not None and self._is_healthy(present):
            if present != wanted:
                raise LabError(
                    f"lab {self.name} is already up, but otherwise: {present.describe()}; "
                    f"wanted {wanted.describe()}\n"
                    f"take it down first: muster lab down{self._name_option}"
                )
            return True
        if present is not None or self._leftovers():
            self.say(f'Lab "{self.name}" is not whole: taking down what is left of it')
            self._remove()
        return False

    def _is_healthy(self, record: Record) -> bool:
        """Whether every host answers, and the delay line runs if there is to be one."""
        if record.rtt_ms:
            line = recorded(self.directory / "delay")
            if line is None or not line.alive:
                return False
        return self.namespace.exists() and all(state == "up" for _, state in self.states())

    def _build_images(self, chosen: Iterable[images_.Image]) -> None:
        """Build what is not in the cache."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda image: images_.build(image, self.say), chosen))

    def _raise(self, record: Record) -> None:
        """Make everything, in the order in which one needs the other."""
        began = time.monotonic()
        self.directory.mkdir(parents=True)
        self._sysctls.raise_for(self.name)
        (self._cgroup / "keepers").make()
        self.network.make(delayed=bool(record.rtt_ms))
        if record.rtt_ms:
            self._start_delay(record.rtt_ms)
        disk = self.directory / "disk"
        disk.mkdir()
        run(["mount", "-t", "tmpfs", "-o", "mode=0755,size=75%", f"muster-{self.name}", str(disk)])
        make_key(self.access.key, "ed25519", f"muster-{self.name}")
        hosts = self._hosts(record)
        for host in hosts:
            self.network.join(host.name, host.number)
        hosts_file = _hosts_file(hosts)
        with ThreadPoolExecutor(len(hosts)) as pool:
            list(pool.map(lambda host: self._start(host, hosts_file), hosts))
        self._write_files(hosts)
        record.write(self.directory / "lab.json")
        self.say(f'Lab "{self.name}" is up after {time.monotonic() - began:.1f} s: {record.describe()}')

    def _start(self, host: Host, hosts_file: str) -> None:
        """Give a host a fresh disk and boot it. Its keys stay the same when it had some."""
        if not host.keys.exists():
            host.make_keys()
        host.mount()
        host.identify(self.access.key.with_suffix(".pub").read_text(), hosts_file)
        host.boot()

    def _start_delay(self, rtt_ms: float) -> None:
        """Start the delay line and wait until it holds both ends of the cable."""
        from muster.lab import delay

        ends = [
            str(self.network.controller_path),
            UPLINK,
            str(self.network.controller_path.with_name(self.network.switch)),
            UPLINK,
        ]
        log = self.directory / "delay.log"
        argv = [*(self._cgroup / "keepers").enter_command(), sys.executable, "-m", delay.__name__, f"{rtt_ms:g}", *ends]
        packages = str(Path(__file__).parents[2])
        process = start(argv, log, self.directory / "delay", {"PYTHONPATH": packages})
        deadline = time.monotonic() + DELAY_TIMEOUT
        while "ready" not in log.read_text():
            if not process.alive or time.monotonic() > deadline:
                raise LabError(f"the delay line does not start:\n{log.read_text()}")
            time.sleep(0.01)

    def _write_files(self, hosts: Sequence[Host]) -> None:
        """Write what is needed to reach the hosts."""
        self.access.write(self.namespace, [(host.name, host.address, host.keys) for host in hosts])
        variables = {
            "ansible_user": USER,
            "ansible_ssh_private_key_file": str(self.access.key),
            "ansible_ssh_common_args": self.access.common_arguments(),
            "muster_netns": str(self.namespace),
        }
        self.inventory_path.write_text(inventory([(host.name, host.address, host.groups) for host in hosts], variables))

    # Down

    def reset(self, name: str) -> None:
        """Make a host as new: an empty disk and a fresh network, with the keys and the address it had."""
        require_root()
        host = self.host(name)
        with locked(STATE / f"{self.name}.lock"):
            host.stop()
            host.discard()
            self.network.leave(name, host.number)
            self.network.join(name, host.number)
            self._start(host, _hosts_file(self.hosts))

    def down(self) -> None:
        """Take the lab down, whatever state it is in; nothing but cached images is left. There may be no lab at all."""
        require_root()
        with locked(STATE / f"{self.name}.lock"):
            if self._leftovers():
                self._remove()
        with contextlib.suppress(OSError):  # Another lab still has something there.
            STATE.rmdir()
            unmount_names()
            STATE.parent.rmdir()

    def _leftovers(self) -> bool:
        """Whether anything of the lab is there, up or not. A crash may have left any part of it."""
        cgroups = any(directory.exists() for directory in self._cgroup.directories)
        return self.directory.exists() or cgroups or bool(self.network.present())

    def _remove(self) -> None:
        """Remove everything the lab made, told by its name alone: it may have died before it wrote anything down."""
        names = [path.name for path in (self.directory / "hosts").glob("*")]
        self._cgroup.end()
        for name in names:
            Host(self.name, self.directory, name, 0, "", (), Path()).forget_nspawn()
        for mount in reversed(_mounts_below(self.directory)):
            _unmount(mount)
        self.network.remove()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._sysctls.release(self.name)


def _members(count: int, chosen: Sequence[images_.Image]) -> Iterable[Member]:
    """So many hosts, the images taking turns; each image counts its own from one."""
    for number in number_hosts(count):
        turn, place = divmod(number, len(chosen))
        image = chosen[place]
        groups = tuple(dict.fromkeys((image.family, image.group)))
        yield Member(f"{image.prefix}-{turn + 1}", image.name, groups, str(image.path()))


def _hosts_file(hosts: Iterable[Host]) -> str:
    """The contents of /etc/hosts of every host: all of them, because there is no DNS in a lab."""
    lines = [f"{host.address} {host.name}" for host in hosts]
    return "\n".join(["127.0.0.1 localhost", "::1 localhost", f"{CONTROLLER} controller", *lines, ""])


def _mounts_below(directory: Path) -> list[str]:
    """What is mounted below a directory, in the order it was mounted (proc(5), mountinfo)."""
    points = (line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return [point for point in points if point.startswith(f"{directory}/")]


def _unmount(point: str) -> None:
    """Unmount; when someone's shell still stands in there, as soon as it has left."""
    try:
        run(["umount", point])
    except LabError:
        run(["umount", "--lazy", point])
