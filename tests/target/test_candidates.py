"""What `apt-cache policy` prints, as recorded on Debian 12 and Ubuntu 24.04, and what is made of it."""

import pytest

from muster.target.candidates import SECURITY_SUITE, origins, parse_policy
from tests.tasks.scripted import Host

POLICY = """\
demo-both:
  Installed: 1.0
  Candidate: 1.1
  Version table:
     1.1 500
        500 file:/srv/apt bookworm-updates/main amd64 Packages
     1.0+deb1 500
        500 file:/srv/apt bookworm-security/main amd64 Packages
 *** 1.0 500
        500 file:/srv/apt bookworm/main amd64 Packages
        100 /var/lib/dpkg/status
demo-phase:
  Installed: 1.0
  Candidate: 1.1
  Version table:
     1.1 500 (phased 0%)
        500 file:/srv/apt noble-updates/main amd64 Packages
 *** 1.0 100
        100 /var/lib/dpkg/status
demo-pinned:
  Installed: 1.0
  Candidate: 1.0
  Version table:
     1.0+deb1 500
        500 http://security.debian.org/debian-security stable-security/main amd64 Packages
 *** 1.0 1001
        100 /var/lib/dpkg/status
awk:
  Installed: (none)
  Candidate: (none)
  Version table:
"""


def test_a_security_fix_is_found_behind_a_newer_ordinary_update():
    both = parse_policy(POLICY)["demo-both"]
    assert (both.candidate, both.fix, both.outdated) == ("1.1", "1.0+deb1", True)


def test_a_fix_that_a_pin_hides_is_found():
    pinned = parse_policy(POLICY)["demo-pinned"]
    assert (pinned.outdated, pinned.fix) == (False, "1.0+deb1")


def test_an_ordinary_update_is_no_fix():
    assert parse_policy(POLICY)["demo-phase"].fix is None


def test_a_name_that_is_only_provided_has_no_versions():
    assert parse_policy(POLICY)["awk"].versions == []


def test_older_versions_below_the_installed_one_do_not_count():
    text = (
        POLICY.replace("Candidate: 1.1", "Candidate: 1.0")
        .replace("*** 1.0 500", "    1.0 500")
        .replace(
            "     1.1 500\n        500 file:/srv/apt bookworm-updates",
            " *** 1.1 500\n        500 file:/srv/apt bookworm-updates",
        )
        .replace(
            "Installed: 1.0\n  Candidate: 1.0\n  Version table:\n *** 1.1",
            "Installed: 1.1\n  Candidate: 1.0\n  Version table:\n *** 1.1",
        )
    )
    both = parse_policy(text)["demo-both"]
    assert (both.installed, both.outdated, both.fix) == ("1.1", False, None)


@pytest.mark.parametrize("suite", ["bookworm-security/main", "jammy-infra-security/main", "buster/updates/main"])
def test_suites_of_security(suite):
    assert SECURITY_SUITE.search(suite)


@pytest.mark.parametrize("suite", ["bookworm/main", "bookworm-updates/main", "bookworm-backports/main"])
def test_suites_that_are_not_of_security(suite):
    assert not SECURITY_SUITE.search(suite)


def test_the_origin_is_that_of_the_first_repository_that_has_the_installed_version(monkeypatch):
    indexes = ("Package files:\n 100 /var/lib/dpkg/status\n     release a=now\n"
               " 500 file:/srv/apt bookworm/main amd64 Packages\n     release o=Demo Inc.,a=stable,c=main\n"
               " 500 file:/srv/apt bookworm-updates/main amd64 Packages\n     release o=Other,c=main\n")
    Host({"apt-cache policy": indexes, "apt-cache policy demo-both:all demo-phase:all": POLICY}).install(monkeypatch)
    found = origins(["demo-both:all", "demo-phase:all"])
    assert (found["demo-both", "1.0"], found["demo-phase", "1.0"]) == ("Demo Inc.", "")
    assert origins([]) == {}
