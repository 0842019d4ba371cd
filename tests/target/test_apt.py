"""What dpkg and apt print, as recorded on Debian 12 and Ubuntu 24.04, and what is made of it."""

import os
import time

import pytest

from muster.target import apt, holders
from muster.target.system import Outcome
from muster.target.task import Failure
from tests.tasks.scripted import Host

DPKG = """\
demo\tall\t1.0\tii \t
mawk\tamd64\t1.3.4\tii \tawk
libx\tamd64\t2.0\tii \tlibx-abi (= 2), libx-2
libx\ti386\t1.9\tii \t
gone\tall\t0.9\trc \t
held\tall\t1.0\thi \t
half\tall\t1.0\tiU \t
busy\tall\t1.0\tit \t
"""

def test_statuses_of_packages_are_told_apart():
    known = apt.parse_packages(DPKG)
    assert [name for name in ("demo", "gone", "held", "half", "busy") if known[name].installed] == [
        "demo",
        "held",
        "busy",
    ]
    assert known["gone"].configured and known["held"].held


def test_provided_names_lose_their_versions():
    assert apt.parse_packages(DPKG)["libx"].provides == ["libx-abi", "libx-2"]


def test_a_foreign_architecture_is_under_its_full_name():
    known = apt.parse_packages(DPKG)
    assert apt.installed_version(known, "libx") == "2.0"
    assert apt.installed_version(known, "libx:i386") == "1.9"


def test_a_simulation_tells_old_and_new_versions():
    text = """\
Reading package lists...
Inst demo-sec [1.0] (1.0+deb1 Debian-Security:bookworm-security [all])
Inst fresh (2.0 Debian:12/stable [amd64])
Remv old [0.9]
Conf demo-sec (1.0+deb1 Debian-Security:bookworm-security [all])
"""
    assert apt.parse_simulation(text) == [
        {"name": "demo-sec", "old": "1.0", "new": "1.0+deb1"},
        {"name": "fresh", "old": None, "new": "2.0"},
        {"name": "old", "old": "0.9", "new": None},
    ]


def test_the_difference_names_what_came_went_and_changed():
    after = DPKG.replace("demo\tall\t1.0", "demo\tall\t1.1").replace("mawk\tamd64\t1.3.4\tii", "mawk\tamd64\t1.3.4\trc")
    after += "new\tall\t3\tii \t\n"
    assert apt.difference(apt.parse_packages(DPKG), apt.parse_packages(after)) == [
        {"name": "demo", "old": "1.0", "new": "1.1"},
        {"name": "mawk", "old": "1.3.4", "new": None},
        {"name": "new", "old": None, "new": "3"},
    ]


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        ("E: Unable to locate package nope", "update_cache"),
        (
            "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
            "dpkg --configure",
        ),
        ("E: Held packages were changed and -y was used without --allow-change-held-packages.", "allow_change_held"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "enough free space"),
        ("Segmentation fault", "Segmentation fault"),
    ],
)
def test_a_failure_says_what_apt_said_and_what_to_do(stderr, words):
    failure = apt.failure(Outcome(["apt-get"], 100, "Reading...\n", stderr))
    assert words in failure.message and failure.fields["rc"] == 100


def test_a_lock_makes_it_wait_and_then_go_on(monkeypatch):
    monkeypatch.setattr(holders, "POLL_SECONDS", 0)
    monkeypatch.setattr(holders, "of_files", lambda paths: None)
    locked = (100, "", "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt-get)")
    host = Host({"apt-get": [locked, locked, "done"]}).install(monkeypatch)
    assert apt.transaction(["install", "demo"], lock_timeout=5).do().stdout == "done"
    assert len(host.ran) == 3


def test_a_transaction_asks_nothing_on_a_terminal(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "muster.target.system.spawn", lambda argv, stdin, cwd, env, output: (seen.update(env), (0, "", ""))[1]
    )
    apt.transaction(["install", "demo"]).do()
    assert seen["DEBIAN_FRONTEND"] == "noninteractive" and seen["NEEDRESTART_MODE"] == "l" and seen["LC_ALL"] == "C"


@pytest.mark.parametrize(
    "answer",
    [
        (100, "", "E: The repository 'http://x bookworm Release' does not have a Release file."),
        (0, "Err:1 http://x bookworm InRelease\n", ""),
        (0, "", "W: Some index files failed to download. They have been ignored, or old ones used instead."),
    ],
)
def test_a_repository_that_does_not_answer_is_a_failure_even_where_apt_ends_with_0(monkeypatch, answer):
    Host({"apt-get -q update": answer}).install(monkeypatch)
    with pytest.raises(Failure, match="could not be fetched"):
        apt.fetch_lists(1)


def test_lists_count_as_fetched_when_something_is_there(monkeypatch, tmp_path):
    monkeypatch.setattr(apt, "LISTS", str(tmp_path))
    monkeypatch.setattr(apt, "STAMP", str(tmp_path / "none"))
    assert apt.updated_at() == 0 and apt.stale(10**6)
    (tmp_path / "deb.example_dists_bookworm_InRelease").touch()
    assert not apt.stale(60)
    os.utime(tmp_path, (time.time() - 100, time.time() - 100))
    assert apt.stale(60) and not apt.stale(200)
