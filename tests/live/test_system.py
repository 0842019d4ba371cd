"""Services, users, kernel parameters, names and boots, on real hosts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from muster.errors import MusterError
from muster.lab.host import Host
from muster.lab.lab import Lab
from tests.live.far import Far

pytestmark = pytest.mark.live

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAvV5fhX9z9F3b1q3M1vY0mQ5Zt5m7w3l8Qn0pJrV8yZ bob@x"
NOISY = "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo the disk is full; exit 3'\n"


@pytest.fixture(params=["debian-2", "amazon-1"])
def far(request: pytest.FixtureRequest, fleet: Lab) -> Iterator[Far]:
    with Far(fleet, request.param) as far:
        yield far


def cron_unit(far: Far) -> str:
    return "crond" if "Amazon" in far.run("cat", "/etc/os-release") else "cron"


def test_a_unit_is_stopped_masked_and_brought_back(far: Far) -> None:
    unit = cron_unit(far)
    far.ensure("systemd", name=unit, state="stopped", enabled=False)
    far.ensure("systemd", name=unit, masked=True)
    far.ensure("systemd", name=unit, masked=False, enabled=True, state="started")
    assert far.run("systemctl", "is-active", unit) == "active"
    assert far.call("service", name=unit, state="restarted")["changed"]
    assert far.call("service_facts")["ansible_facts"]["services"][unit + ".service"]["state"] == "running"


def test_a_unit_that_fails_says_why(far: Far) -> None:
    far.run("sh", "-c", 'printf "%s" "$1" > /etc/systemd/system/noisy.service', "sh", NOISY)
    failed = far.call("systemd", name="noisy", state="started", daemon_reload=True)
    assert failed["failed"] and any("the disk is full" in line for line in failed["log"])


def test_the_life_of_a_user(far: Far) -> None:
    far.ensure("group", name="deploy", gid=2000)
    far.ensure("user", name="bob", uid=1500, groups=["deploy"], shell="/bin/bash", password="$6$abc$def",
               generate_ssh_key=True, ssh_key_type="ed25519")
    assert far.run("id", "-Gn", "bob") == "bob deploy"
    assert ":$6$abc$def:" in far.run("grep", "^bob:", "/etc/shadow")
    assert "/home/bob/.ssh/id_ed25519" in far.call("user", name="bob", generate_ssh_key=True, ssh_key_type="ed25519")[
        "ssh_key_file"]
    far.ensure("user", name="bob", password_lock=True, password_expire_max=90, expires=1728000000.0)
    assert ":!$6$abc$def:" in far.run("grep", "^bob:", "/etc/shadow")
    far.ensure("user", name="bob", home="/srv/bob", move_home=True, groups=[], group="deploy")
    assert far.run("stat", "-c", "%U %G", "/srv/bob/.ssh") == "bob deploy"
    far.ensure("authorized_key", user="bob", key=KEY, key_options="no-pty")
    assert far.run("stat", "-c", "%U %a", "/srv/bob/.ssh/authorized_keys") == "bob 600"
    far.ensure("cron", name="nightly", job="/bin/true", user="bob", special_time="daily")
    assert far.run("crontab", "-l", "-u", "bob") == "#Ansible: nightly\n@daily /bin/true"
    far.ensure("user", name="bob", state="absent", remove=True)
    assert far.call("command", argv=["ls", "/srv/bob"])["failed"]
    far.ensure("group", name="deploy", state="absent")


def test_a_passphrase_is_typed(far: Far) -> None:
    far.ensure("user", name="keyed", generate_ssh_key=True, ssh_key_type="ed25519", ssh_key_passphrase="two words")
    key = "/home/keyed/.ssh/id_ed25519"
    assert far.run("ssh-keygen", "-y", "-P", "two words", "-f", key).startswith("ssh-ed25519")
    assert far.call("command", argv=["ssh-keygen", "-y", "-P", "", "-f", key])["failed"]
    far.ensure("user", name="keyed", state="absent", remove=True)


def test_a_kernel_parameter_is_kept_and_set(far: Far) -> None:
    file = "/etc/sysctl.d/60-test.conf"
    now = far.run("cat", "/proc/sys/net/ipv4/ip_forward")
    other = "0" if now == "1" else "1"
    far.ensure("sysctl", name="net.ipv4.ip_forward", value=other, sysctl_file=file, sysctl_set=True)
    assert far.run("cat", "/proc/sys/net/ipv4/ip_forward") == other
    far.ensure("sysctl", name="net/ipv4/ip_forward", value=now, sysctl_file=file)
    assert far.run("cat", "/proc/sys/net/ipv4/ip_forward") == now
    far.ensure("sysctl", name="net.ipv4.ip_forward", state="absent", sysctl_file=file)


def test_facts_are_those_of_the_host(far: Far) -> None:
    facts = far.call("setup")["ansible_facts"]
    assert facts["hostname"] == far.run("hostname") and facts["service_mgr"] == "systemd"
    assert (facts["distribution"], facts["pkg_mgr"]) in (("Debian", "apt"), ("Amazon", "dnf"))
    assert facts["all_ipv4_addresses"][0] in far.run("ip", "-4", "-o", "address")
    assert facts["virtualization_type"] == "systemd-nspawn"


def test_packages_are_told(far: Far) -> None:
    assert far.call("package_facts")["ansible_facts"]["packages"]["demo-same"][0]["version"].startswith("1.0")


def test_facts_on_the_oldest_python(ubuntu: Lab) -> None:
    with Far(ubuntu, "ubuntu1804-1") as far:
        facts = far.call("setup")["ansible_facts"]
        assert facts["python_version"].startswith("3.6.") and facts["distribution_version"] == "18.04"
        unit = far.call("systemd", name="ssh", state="started", enabled=True)
        assert not unit["failed"] and unit["status"]["ActiveState"] == "active"
        far.ensure("user", name="bob", groups=["adm"], append=True, password="$6$abc$def")


def test_a_host_gets_another_name_and_boots_again(fleet: Lab, fresh: Callable[[str], Host]) -> None:
    fresh("debian-2")
    with Far(fleet, "debian-2") as far:
        far.ensure("hostname", name="renamed")
        before = far.call("reboot", msg="a test", delay=1)["boot_id"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.5)
        try:
            with Far(fleet, "debian-2") as far:
                if far.call("boot_id")["boot_id"] != before:
                    return
        except MusterError:
            continue  # It is on its way down or up.
    raise AssertionError("the host did not boot again")
