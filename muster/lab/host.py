"""One host: a full systemd on an overlay of its image, booted by systemd-nspawn."""

from __future__ import annotations

import shutil
import socket
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.errors import LabError
from muster.lab.cgroup import Cgroup
from muster.lab.command import run
from muster.lab.network import NAMES, Network, address, answers
from muster.lab.process import Process, recorded, start
from muster.lab.ssh import make_host_keys

BOOT_TIMEOUT = 90.0
LAST_LINES = 10

# Boots the host again when it has rebooted itself: systemd-nspawn with --keep-unit leaves that to whoever started it,
# and says so with status 133 (nspawn.c, EXIT_FORCE_RESTART). The socket that hears of the first boot is gone by then.
KEEPER = 'until "$@"; [ $? -ne 133 ]; do unset NOTIFY_SOCKET; done'

# nspawn(1): the host may set its own network's parameters, /proc/sys/net, as root may on any machine. The rest of
# /proc/sys stays read-only, because it is the machine's.
NSPAWN_SETTINGS = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}

# Image users that the lab's key opens, with their numbers: `useradd` gives them out from 1000 on.
USERS = {"ec2-user": 1000, "ops": 1001}

# What a program entered from outside finds in its environment: nothing of the machine's.
ENVIRONMENT = ("HOME=/root", "LC_ALL=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")

# Where nspawn keeps what it removes when it ends, but not when it is killed.
NSPAWN = Path("/run/systemd/nspawn")


@dataclass(frozen=True)
class Host:
    """A host of a lab, and where everything of it is.

    lab: name of the lab
    directory: the lab's directory
    number: place among the lab's hosts, from zero; its address follows from it
    image: name of its image
    groups: of the inventory
    lower: the image's root file system
    """

    lab: str
    directory: Path
    name: str
    number: int
    image: str
    groups: tuple[str, ...]
    lower: Path

    @property
    def address(self) -> str:
        return address(self.number)

    @property
    def namespace(self) -> Path:
        return NAMES / Network(self.lab).host(self.name)

    @property
    def own(self) -> Path:
        """The directory of what is not on its disk: keys, console, process."""
        return self.directory / "hosts" / self.name

    @property
    def keys(self) -> Path:
        return self.own / "keys"

    @property
    def console(self) -> Path:
        return self.own / "console.log"

    @property
    def disk(self) -> Path:
        """The directory of the overlay, on the lab's tmpfs."""
        return self.directory / "disk" / self.name

    @property
    def root(self) -> Path:
        """Its root file system, as the machine sees it."""
        return self.disk / "root"

    @property
    def cgroup(self) -> Cgroup:
        return Cgroup(f"muster-{self.lab}") / self.name

    @property
    def keeper(self) -> Process | None:
        """The process that keeps it booted."""
        return recorded(self.own / "process")

    @property
    def running(self) -> bool:
        """Whether it is booted, or being booted."""
        keeper = self.keeper
        return keeper is not None and keeper.alive

    def make_keys(self) -> None:
        """Make what it keeps when it is reset: its SSH host keys."""
        self.own.mkdir(parents=True)
        make_host_keys(self.keys, self.name)

    def mount(self) -> None:
        """Give it an empty disk over its image. `volatile`: nothing is ever synced, because nothing is to be kept."""
        for part in ("upper", "work", "root"):
            (self.disk / part).mkdir(parents=True)
        layers = f"lowerdir={self.lower},upperdir={self.disk}/upper,workdir={self.disk}/work,volatile"
        run(["mount", "-t", "overlay", "-o", layers, f"muster-{self.lab}", str(self.root)])

    def identify(self, authorized_key: str, hosts_file: str) -> None:
        """Write what makes it itself, and what lets one in."""
        etc = self.root / "etc"
        (etc / "machine-id").write_text(f"{uuid.uuid4().hex}\n")
        (etc / "hostname").write_text(f"{self.name}\n")
        (etc / "hosts").write_text(hosts_file)
        for key in self.keys.iterdir():
            shutil.copy(key, etc / "ssh" / key.name)
        for user, number in USERS.items():
            keys = self.root / "home" / user / ".ssh" / "authorized_keys"
            keys.write_text(authorized_key)
            keys.chmod(0o600)
            shutil.chown(keys, number, number)

    def boot(self) -> None:
        """Boot it, and wait until systemd has started all there is to start and sshd greets.

        systemd tells nspawn when it has settled, and nspawn tells us (sd_notify(3)): nobody has to ask every moment.
        """
        self.cgroup.make()
        keepers = Cgroup(f"muster-{self.lab}") / "keepers"
        path = self.own / "notify"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            notices.bind(str(path))
            argv = [*keepers.enter_command(), "sh", "-c", KEEPER, "sh", *self.cgroup.enter_command(), *self._nspawn()]
            start(argv, self.console, self.own / "process", {"NOTIFY_SOCKET": str(path), **NSPAWN_SETTINGS})
            self._await_settled(notices)
        path.unlink(missing_ok=True)
        self._await_sshd()

    def _nspawn(self) -> Sequence[str]:
        """systemd-nspawn: the network is ours, and nothing of the machine's (its journal, DNS, time zone) is shared."""
        return (
            "systemd-nspawn",
            "--quiet",
            "--boot",
            f"--directory={self.root}",
            f"--machine={self._machine}",
            f"--hostname={self.name}",
            f"--network-namespace-path={self.namespace}",
            "--register=no",
            "--keep-unit",
            "--link-journal=no",
            "--resolv-conf=off",
            "--timezone=off",
            "--console=pipe",
            "--notify-ready=yes",
            # What root may do on a machine of EC2, and roles of bastions and firewalls need.
            "--capability=CAP_NET_ADMIN,CAP_NET_RAW",
        )

    @property
    def _machine(self) -> str:
        return f"muster-{self.lab}-{self.name}"

    def _await_settled(self, notices: socket.socket) -> None:
        """Wait for systemd's word that it has started everything."""
        deadline = time.monotonic() + BOOT_TIMEOUT
        notices.settimeout(0.5)
        while True:
            try:
                if b"READY=1" in notices.recv(4096).split(b"\n"):
                    return
            except TimeoutError:
                pass
            if not self.running or time.monotonic() > deadline:
                raise LabError(
                    f"host {self.name} does not boot; its console ({self.console}) ends with:\n{self._last_words()}"
                )

    def _await_sshd(self) -> None:
        """Wait for sshd's greeting."""
        controller = Network(self.lab).controller_path
        deadline = time.monotonic() + BOOT_TIMEOUT
        while not answers(controller, self.address, 22):
            if not self.running or time.monotonic() > deadline:
                raise LabError(
                    f"sshd of host {self.name} does not answer at {self.address}; its console is {self.console}"
                )
            time.sleep(0.05)

    def _last_words(self) -> str:
        try:
            return "\n".join(self.console.read_text(errors="replace").splitlines()[-LAST_LINES:])
        except OSError:
            return ""

    def enter_command(self) -> Sequence[str]:
        """The words to put before a program so that it runs inside, without SSH; LabError when the host is down."""
        for pid in self.cgroup.pids():
            if _is_init(pid):
                namespaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd")
                return ("nsenter", f"--target={pid}", *namespaces, "--", "env", "-i", *ENVIRONMENT)
        raise LabError(f"host {self.name} of lab {self.lab} is not running")

    def stop(self) -> None:
        """End it, as if its power were cut. The keeper goes first: it would take the end for a reboot."""
        keeper = self.keeper
        if keeper:
            keeper.kill()
        self.cgroup.end()
        self.forget_nspawn()

    def discard(self) -> None:
        """Throw its disk away. It must not be running."""
        if self.root.is_mount():
            run(["umount", str(self.root)])
        shutil.rmtree(self.disk, ignore_errors=True)

    def forget_nspawn(self) -> None:
        """Remove what a killed nspawn leaves in /run: two directories, and a lock that is named after the root."""
        for place in ("propagate", "unix-export"):
            shutil.rmtree(NSPAWN / place / self._machine, ignore_errors=True)
        if self.root.is_dir():
            root = self.root.stat()
            (NSPAWN / "locks" / f"inode-{root.st_dev}:{root.st_ino}").unlink(missing_ok=True)


def _is_init(pid: int) -> bool:
    """Whether a process, known by its id on the machine, is the first one of its container (proc(5), NSpid)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    numbers: Mapping[str, str] = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return numbers.get("NSpid", "").split()[1:] == ["1"]
