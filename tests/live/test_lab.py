"""The lab as its users meet it: real hosts, real ssh, real package managers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from muster.errors import LabError
from muster.lab import dial
from muster.lab.host import Host
from muster.lab.lab import STATE, Lab
from muster.lab.network import NAMES
from muster.lab.process import recorded
from muster.lab.requirements import reason_against

pytestmark = pytest.mark.live

BOTH = ["debian-1", "amazon-1"]


def ssh(lab: Lab, host: str, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a host the way a user would."""
    argv = ["ssh", "-F", str(lab.access.config), *options, host, command]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)


def traces(name: str) -> list[str]:
    """Everything on this machine that names a lab."""
    found = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if f"/{name}/" in line]
    found += [str(path) for path in NAMES.glob(f"muster-{name}*")]
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/muster-{name}")]
    found += [str(path) for path in Path("/run/systemd/nspawn").glob(f"**/muster-{name}*")]
    found += [str(path) for path in STATE.glob(f"{name}*")]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"muster-{name}" in (process / "cmdline").read_text():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.fixture
def small() -> Iterator[Lab]:
    """A lab of its own for tests that break it; not up yet."""
    reason = reason_against(delayed=True)
    if reason:
        pytest.skip(reason)
    with Lab(f"small-{os.getpid()}") as lab:
        yield lab


@pytest.mark.parametrize("host", BOTH)
def test_plain_ssh_logs_in_and_sudo_asks_for_nothing(fleet: Lab, host: str) -> None:
    done = ssh(fleet, host, "hostname; sudo -n id -un; systemctl is-system-running")
    assert done.stdout.split() == [host, "root", "running"], done.stderr


@pytest.mark.parametrize("host", BOTH)
def test_the_operators_sudo_wants_the_password(fleet: Lab, host: str) -> None:
    assert ssh(fleet, host, "sudo -n true", "-l", "ops").returncode != 0
    assert ssh(fleet, host, "echo ops-password | sudo -S -p '' id -un", "-l", "ops").stdout.strip() == "root"


def test_hosts_have_keys_and_machine_ids_of_their_own(fleet: Lab) -> None:
    lines = fleet.access.known_hosts.read_text().splitlines()
    assert len({line.split()[2] for line in lines}) == len(lines) == 2 * len(fleet.hosts)
    assert len({fleet.inside(host.name, ["cat", "/etc/machine-id"]) for host in fleet.hosts}) == len(fleet.hosts)


def test_the_inventory_is_ansibles(fleet: Lab) -> None:
    everyone = yaml.safe_load(fleet.inventory_path.read_text())["all"]
    assert set(everyone["hosts"]) == {"debian-1", "debian-2", "amazon-1"}
    assert set(everyone["children"]) == {"debian", "debian_12", "amazon"}
    assert everyone["vars"]["ansible_user"] == "ec2-user"
    assert Path(everyone["vars"]["muster_netns"]).exists()


def test_the_enter_command_reaches_hosts_by_address(fleet: Lab) -> None:
    key = ["-i", str(fleet.access.key), *fleet.access.common_arguments().split()]
    argv = [*fleet.enter_command, "ssh", *key, f"ec2-user@{fleet.host('debian-2').address}", "hostname"]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "debian-2\n"


def test_hosts_have_no_way_out(fleet: Lab) -> None:
    assert "default" not in fleet.inside("debian-1", ["ip", "route"])
    with pytest.raises(LabError, match="Network is unreachable"):
        fleet.inside("debian-1", ["ping", "-c1", "192.0.2.1"])


def test_a_host_sets_the_parameters_of_its_own_network_and_no_others(fleet: Lab) -> None:
    fleet.inside("debian-1", ["sysctl", "-w", "net.ipv4.conf.all.send_redirects=0"])
    with pytest.raises(LabError, match=r"Read-only file system|permission denied"):
        fleet.inside("debian-1", ["sysctl", "-w", "kernel.dmesg_restrict=1"])


@pytest.mark.usefixtures("fleet")
def test_the_machines_own_network_is_left_alone() -> None:
    own = subprocess.run(["ip", "-o", "address"], capture_output=True, text=True, check=True).stdout
    assert "10.213." not in own


def test_apt_sees_the_security_fix_under_a_newer_update(fleet: Lab) -> None:
    table = fleet.inside("debian-1", ["apt-cache", "policy", "demo-both"])
    assert re.search(r"Installed: 1.0-1\n\s+Candidate: 1.1-1", table)
    assert "bookworm-security/main" in table.split("1.0-2", 1)[1].split("***")[0]


def test_apt_holds_a_phased_update_back(fleet: Lab) -> None:
    plan = fleet.inside("debian-1", ["apt-get", "--simulate", "upgrade"])
    assert "Inst demo-sec" in plan
    assert "Inst demo-phase" not in plan


def test_apt_checks_signatures(fleet: Lab) -> None:
    assert "trusted" not in fleet.inside("debian-1", ["cat", "/etc/apt/sources.list"])
    fleet.inside("debian-1", ["apt-get", "update", "--error-on=any"])


def test_an_apt_update_can_ask_for_a_reboot(fleet: Lab, fresh: Callable[[str], Host]) -> None:
    fresh("debian-2")
    fleet.inside("debian-2", ["apt-get", "-y", "install", "demo-crit"])
    assert fleet.inside("debian-2", ["cat", "/run/reboot-required.pkgs"]) == "demo-crit\n"


def test_dnf_knows_advisories_with_cve_and_severity(fleet: Lab) -> None:
    listed = fleet.inside("amazon-1", ["dnf", "-q", "updateinfo", "list", "--security"])
    assert re.search(r"ALAS2023-2024-0004\s+Critical/Sec.\s+demo-crit-1.0-2.noarch", listed)
    assert "CVE-2024-0001" in fleet.inside("amazon-1", ["dnf", "-q", "updateinfo", "list", "--with-cve"])


def test_dnf_upgrades_to_the_fix_alone_and_asks_for_a_reboot(fleet: Lab, fresh: Callable[[str], Host]) -> None:
    fresh("amazon-1")
    fleet.inside("amazon-1", ["dnf", "-q", "needs-restarting", "-r"])
    time.sleep(1)  # What is installed in the second of the boot counts as older than the boot.
    fleet.inside("amazon-1", ["dnf", "-q", "-y", "upgrade-minimal", "--security"])
    installed = fleet.inside("amazon-1", ["rpm", "-q", "demo-sec", "demo-both", "demo-bug", "demo-crit"])
    assert installed.split() == [f"demo-{it}.noarch" for it in ("sec-1.0-2", "both-1.0-2", "bug-1.0-1", "crit-1.0-2")]
    with pytest.raises(LabError, match="status 1"):
        fleet.inside("amazon-1", ["dnf", "-q", "needs-restarting", "-r"])


def test_a_frozen_release_hides_updates(fleet: Lab) -> None:
    assert "demo" not in fleet.inside("amazon-1", ["dnf", "-q", "--releasever=2023.0", "updateinfo", "list", "--all"])


@pytest.mark.parametrize("program", ["apt", "apt-get", "apt-cache", "dpkg", "dpkg-query"])
def test_amazon_has_no_trace_of_apt(fleet: Lab, program: str) -> None:
    assert ssh(fleet, "amazon-1", f"command -v {program}").returncode != 0


def test_reset_forgets_what_was_done_to_a_host(fleet: Lab) -> None:
    fleet.inside("debian-2", ["touch", "/etc/changed"])
    fleet.inside("debian-2", ["ip", "address", "add", "198.51.100.1/32", "dev", "lo"])
    fleet.reset("debian-2")
    assert ssh(fleet, "debian-2", "ls /etc/changed; ip address show lo").stdout.count("198.51.100.1") == 0


def test_reset_does_not_wait_for_who_still_has_the_old_network(fleet: Lab) -> None:
    with fleet.host("debian-2").namespace.open():
        fleet.reset("debian-2")
    assert ssh(fleet, "debian-2", "hostname").stdout == "debian-2\n"


def test_a_host_comes_back_from_a_reboot(fleet: Lab) -> None:
    def boot() -> str:
        done = ssh(fleet, "debian-2", "ps -o lstart= -p 1; systemctl is-system-running")
        return done.stdout if done.returncode == 0 else ""

    before = boot()
    fleet.inside("debian-2", ["touch", "/etc/kept", "/run/lost"])
    ssh(fleet, "debian-2", "sudo systemctl reboot")
    deadline = time.monotonic() + 30
    while boot() in ("", before) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert ssh(fleet, "debian-2", "ls /etc/kept /run/lost").stdout == "/etc/kept\n"


def test_up_again_changes_nothing(fleet: Lab) -> None:
    keepers = [host.keeper for host in fleet.hosts]
    lines: list[str] = []
    Lab(fleet.name, say=lines.append).up(3, ["debian-12", "amazon"])
    assert [host.keeper for host in fleet.hosts] == keepers
    assert lines == [f'Lab "{fleet.name}" is already up: 3 hosts (debian-12, amazon)']


def test_up_otherwise_says_what_is_in_the_way(fleet: Lab) -> None:
    with pytest.raises(LabError, match="take it down first: muster lab down --name"):
        Lab(fleet.name).up(2, ["debian-12"])


def test_down_leaves_nothing(small: Lab) -> None:
    small.up(2, ["debian-12"], rtt_ms=5)
    assert traces(small.name)
    small.down()
    assert traces(small.name) == []


def test_down_of_nothing_succeeds(small: Lab) -> None:
    small.down()


def test_up_mends_a_lab_whose_host_was_killed(small: Lab) -> None:
    small.up(1, ["debian-12"])
    host = small.hosts[0]
    assert host.keeper
    host.keeper.kill()
    host.cgroup.end()
    assert [state for _, state in small.states()] == ["stopped"]
    small.up(1, ["debian-12"])
    assert [state for _, state in small.states()] == ["up"]


def test_up_mends_a_lab_whose_delay_line_was_killed(small: Lab) -> None:
    small.up(1, ["debian-12"], rtt_ms=5)
    line = recorded(small.directory / "delay")
    assert line
    line.kill()
    small.up(1, ["debian-12"], rtt_ms=5)
    assert [state for _, state in small.states()] == ["up"]


@pytest.mark.parametrize("reached", ["id_ed25519", "delay", "disk", "hosts/debian-1/keys", "hosts/debian-1/process"])
def test_up_mends_what_a_killed_up_left(small: Lab, reached: str) -> None:
    program = f"from muster.lab.lab import Lab; Lab({small.name!r}).up(2, ['debian-12'], 5)"
    root = str(Path(__file__).parents[2])
    with subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": root}) as half:
        deadline = time.monotonic() + 180  # The image may have to be built.
        while not (small.directory / reached).exists():
            assert time.monotonic() < deadline
            time.sleep(0.001)
        half.kill()
    assert small.record is None
    assert traces(small.name)
    small.up(1, ["debian-12"])
    assert [state for _, state in small.states()] == ["up"]


def test_labs_side_by_side_do_not_see_each_other(fleet: Lab, small: Lab) -> None:
    small.up(1, ["debian-12"])
    assert small.host("debian-1").address == fleet.host("debian-1").address
    assert small.inside("debian-1", ["cat", "/etc/machine-id"]) != fleet.inside("debian-1", ["cat", "/etc/machine-id"])
    small.down()
    assert ssh(fleet, "debian-1", "hostname").stdout == "debian-1\n"


def test_the_round_trip_is_what_was_asked_for(small: Lab) -> None:
    small.up(1, ["debian-12"], rtt_ms=20)
    times = []
    for _ in range(30):
        began = time.monotonic()
        dial.connect(str(small.namespace), small.hosts[0].address, 22).close()
        times.append((time.monotonic() - began) * 1000)
    # The shortest of them: a busy machine makes others longer, and nothing may make one shorter.
    assert 20 <= min(times) < 40


@pytest.mark.parametrize("host", ["ubuntu1804-1", "ubuntu2404-1"])
def test_ubuntu_boots_logs_in_and_has_updates(ubuntu: Lab, host: str) -> None:
    done = ssh(ubuntu, host, "sudo -n id -un; systemctl is-system-running; apt-get --simulate upgrade")
    assert done.stdout.split()[:2] == ["root", "running"], done.stdout
    assert "Inst demo-sec [1.0-1] (1.0-2 Ubuntu" in done.stdout
    assert ssh(ubuntu, host, "echo ops-password | sudo -S -p '' id -un", "-l", "ops").stdout.strip() == "root"


def test_the_oldest_python_is_there(ubuntu: Lab) -> None:
    assert ssh(ubuntu, "ubuntu1804-1", "python3 --version").stdout.startswith("Python 3.6.")
