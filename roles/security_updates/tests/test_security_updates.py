"""A host to which security_updates was applied: nothing for security is pending, and that is known.

The package managers are asked anew, in words of their own; nothing is shared with the role.

    pytest roles/security_updates/tests --hosts=ssh://web-1,ssh://web-2 --ssh-config=FILE --sudo
"""

from __future__ import annotations

import re

import pytest
from testinfra.host import Host

# A repository that cannot be reached must not look like one without news.
DNF = "dnf -q --setopt=skip_if_unavailable=False --setopt=*.skip_if_unavailable=False "


@pytest.fixture(scope="module")
def apt(host: Host) -> bool:
    """Whether the host has apt; else it has dnf."""
    return bool(host.exists("apt-get"))


def fixes_of_apt(table: str) -> set[str]:
    """Packages of `apt-cache policy` with a version of a security suite above the installed one, which is starred."""
    found = set()
    for name, rest in re.findall(r"^(\S+):\n(.*?)(?=^\S|\Z)", table, re.M | re.S):
        newer = rest.partition("Version table:")[2].partition("***")[0]
        if re.search(r"\S-security/", newer):
            found.add(name)
    return found


def test_no_package_is_needed_for_security(host: Host, apt: bool) -> None:
    if apt:
        lines = host.check_output("dpkg-query -W -f '${db:Status-Status} ${Package}\\n'").splitlines()
        installed = " ".join(line.split()[1] for line in lines if line.startswith("installed "))
        assert fixes_of_apt(host.check_output(f"LC_ALL=C apt-cache policy {installed}")) == set()
    else:
        assert host.check_output(DNF + "updateinfo list --security") == ""


def test_every_repository_answers(host: Host, apt: bool) -> None:
    if apt:
        result = host.run("apt-get -q update -o APT::Update::Error-Mode=any")
        assert (result.rc, re.findall("^(?:W|E|Err).*", result.stdout + result.stderr, re.M)) == (0, [])
    else:
        assert host.run(DNF + "--refresh check-update").rc in (0, 100)  # 100: updates are there, 1: an error


def test_the_repositories_tell_what_fixes_security(host: Host, apt: bool) -> None:
    if apt:
        assert re.search(r"n=\S+-security|a=\S+-security", host.check_output("apt-cache policy"))
    else:
        assert host.check_output(DNF + "updateinfo list --all --security")


def test_no_package_is_left_half_installed(host: Host, apt: bool) -> None:
    if apt:
        assert host.check_output("dpkg --audit") == ""
    else:
        assert host.run(DNF + "check --duplicates").rc == 0


def test_no_boot_is_due(host: Host, apt: bool) -> None:
    if apt:
        assert not host.file("/run/reboot-required").exists
    else:
        assert host.run("dnf -q needs-restarting -r").rc == 0
