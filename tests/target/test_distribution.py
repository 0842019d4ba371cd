"""Distributions, by their own files (ID, VERSION_ID and so on as the distributions ship them)."""

import os

import pytest

from muster.target import distribution as module

RELEASES = {
    "debian": (
        {
            "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\n'
            "VERSION_CODENAME=bookworm\nID=debian\n",
            "etc/debian_version": "12.11\n",
        },
        ("Debian", "Debian", "12.11", "12", "bookworm"),
    ),
    "debian testing": (
        {"etc/os-release": "ID=debian\nVERSION_CODENAME=trixie\n", "etc/debian_version": "trixie/sid\n"},
        ("Debian", "Debian", "NA", "NA", "trixie"),
    ),
    "ubuntu": (
        {
            "etc/os-release": 'VERSION_ID="24.04"\nVERSION="24.04.1 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\n'
            "ID=ubuntu\nID_LIKE=debian\n"
        },
        ("Ubuntu", "Debian", "24.04", "24", "noble"),
    ),
    "amazon 2023": (
        {"etc/os-release": 'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n'},
        ("Amazon", "RedHat", "2023", "2023", "NA"),
    ),
    "rocky": (
        {"etc/os-release": 'VERSION="9.4 (Blue Onyx)"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n'},
        ("Rocky", "RedHat", "9.4", "9", "Blue Onyx"),
    ),
    "centos 7": (
        {
            "etc/os-release": 'VERSION="7 (Core)"\nID="centos"\nVERSION_ID="7"\n',
            "etc/centos-release": "CentOS Linux release 7.9.2009 (Core)\n",
        },
        ("CentOS", "RedHat", "7.9", "7", "Core"),
    ),
    "a derivative nobody listed": (
        {"etc/os-release": 'NAME="Foo Linux"\nID=foo\nID_LIKE="bar ubuntu"\nVERSION_ID=3.1\n'},
        ("Foo Linux", "Debian", "3.1", "3", "NA"),
    ),
    "only in /usr/lib": (
        {"usr/lib/os-release": "ID=alpine\nVERSION_ID=3.20.1\n"},
        ("Alpine", "Alpine", "3.20.1", "3", "NA"),
    ),
}


@pytest.mark.parametrize("name", RELEASES)
def test_distribution(name, tmp_path):
    files, expected = RELEASES[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = module.distribution(str(tmp_path))
    keys = ("distribution", "os_family", "distribution_version", "distribution_major_version", "distribution_release")
    assert tuple(found[key] for key in keys) == expected


@pytest.mark.parametrize(
    ("family", "programs", "expected"),
    [
        ("Debian", {"/usr/bin/apt-get", "/usr/bin/dnf"}, "apt"),
        ("RedHat", {"/usr/bin/dnf", "/usr/bin/yum", "/usr/bin/apt-get"}, "dnf"),
        ("RedHat", {"/usr/bin/yum"}, "yum"),
        ("Alpine", {"/sbin/apk"}, "apk"),
        ("Else", {"/usr/bin/zypper"}, "zypper"),
        ("Else", set(), "unknown"),
    ],
)
def test_the_package_manager_is_that_of_the_distribution(monkeypatch, family, programs, expected):
    monkeypatch.setattr(module, "distribution", lambda: {"os_family": family})
    monkeypatch.setattr(module.os.path, "exists", lambda path: path in programs)
    assert module.package_manager() == expected


def test_a_dnf_that_is_dnf5_is_told_apart(monkeypatch):
    monkeypatch.setattr(module, "distribution", lambda: {"os_family": "RedHat"})
    monkeypatch.setattr(module.os.path, "exists", lambda path: True)
    monkeypatch.setattr(module.os.path, "realpath", lambda path: path.replace("/dnf", "/dnf5"))
    assert module.package_manager() == "dnf5"


@pytest.mark.parametrize(
    ("there", "first", "expected"),
    [
        ({"/run/systemd/system"}, "systemd", "systemd"),
        ({"/run/openrc"}, "init", "openrc"),
        ({"/sbin/initctl"}, "init", "upstart"),
        (set(), "init", "sysvinit"),
        (set(), "runit", "runit"),
    ],
)
def test_the_service_manager(monkeypatch, there, first, expected):
    monkeypatch.setattr(module.os.path, "isdir", lambda path: path in there)
    monkeypatch.setattr(module.os.path, "exists", lambda path: path in there)
    monkeypatch.setattr(module, "first_line", lambda path: first)
    assert module.service_manager() == expected


def test_assignments_lose_their_quotes_and_comments(tmp_path):
    (tmp_path / "release").write_text("# A=1\nB='two words'\nC=\"3\"\nnonsense\n")
    assert module.assignments(str(tmp_path / "release")) == {"B": "two words", "C": "3"}
    assert module.assignments(os.devnull) == {}
