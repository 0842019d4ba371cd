"""What rpm and dnf 4.14 print, and what is made of it."""

import pytest

from muster.target import dnf, holders
from muster.target.system import Outcome
from muster.target.task import Failure
from tests.tasks.scripted import Host

TABLE = """\
Last metadata expiration check: 0:00:01 ago.
Dependencies resolved.
================================================================================
 Package            Arch   Version                       Repository        Size
================================================================================
Installing:
 demo-same          noarch 1.0-1                         demo             6.0 k
Upgrading:
 demo-plain         noarch 1.1-1                         demo             6.0 k
 a-package-with-a-name-that-is-long
                    x86_64 1:3.0.8-1.amzn2023.0.14       amazonlinux       12 M
     replacing  old-name.x86_64 1.0-1
Installing dependencies:
 tiny               noarch 1-1                           demo              912
Removing unused dependencies:
 leaf               noarch 0.1-1                         @demo             6

Transaction Summary
================================================================================
Install  1 Package
"""


def test_the_table_of_a_transaction_is_read_with_broken_rows():
    assert [(each["name"], each["old"], each["new"]) for each in dnf.parse_preview(TABLE)] == [
        ("demo-same", None, "1.0-1"),
        ("demo-plain", None, "1.1-1"),
        ("a-package-with-a-name-that-is-long", None, "1:3.0.8-1.amzn2023.0.14"),
        ("tiny", None, "1-1"),
        ("leaf", "0.1-1", None),
    ]


def test_nothing_to_do_is_an_empty_preview(monkeypatch):
    monkeypatch.setattr(dnf, "program", lambda: "dnf")
    Host({"dnf --assumeno": "Dependencies resolved.\nNothing to do.\nComplete!\n"}).install(monkeypatch)
    assert dnf.preview(["upgrade"]) == []


def test_one_query_tells_what_is_missing(monkeypatch):
    host = Host({"rpm -qa": "demo\tnoarch\t1:1.0-1\nmy-lib\tx86_64\t2-3\nmy-lib\ti686\t2-3\n"}).install(monkeypatch)
    there = ["demo", "demo.noarch", "demo-1.0", "demo-1:1.0-1", "1:demo-1.0-1", "demo-1.0-1.noarch", "my-lib-2-3.i686"]
    gone = ["nope", "demo-1:2-3", "demo-1.0-2", "demo.x86_64", "my", "my-lib-2-3.noarch"]
    assert dnf.missing(there + gone) == gone
    assert len(host.ran) == 1


def test_nothing_is_asked_about_nothing(monkeypatch):
    Host({}).install(monkeypatch)
    assert dnf.missing([]) == []


def test_kernels_have_several_versions(monkeypatch):
    text = "kernel\tx86_64\t6.1-1\nkernel\tx86_64\t6.1-2\ngpg-pubkey\t(none)\tabc-def\ndemo\tnoarch\t1:1.0-1\n"
    Host({"rpm -qa": text}).install(monkeypatch)
    assert dnf.packages() == {("kernel", "x86_64"): ["6.1-1", "6.1-2"], ("demo", "noarch"): ["1:1.0-1"]}


def test_the_difference_pairs_old_and_new():
    before = {("demo", "noarch"): ["1-1"], ("kernel", "x86_64"): ["6.1-1"], ("gone", "noarch"): ["1-1"]}
    after = {("demo", "noarch"): ["1-2"], ("kernel", "x86_64"): ["6.1-1", "6.1-2"], ("new", "noarch"): ["3-1"]}
    assert dnf.difference(before, after) == [
        {"name": "demo", "old": "1-1", "new": "1-2"},
        {"name": "gone", "old": "1-1", "new": None},
        {"name": "kernel", "old": None, "new": "6.1-2"},
        {"name": "new", "old": None, "new": "3-1"},
    ]


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        ("Error: Unable to find a match: nope", "enablerepo"),
        (
            "All matches were filtered out by exclude filtering for argument: d\nError: Unable to find a match: d",
            "versionlock",
        ),
        ("Error: Transaction test error:\n  installing package x needs 9MB on the / filesystem", "needs 9MB"),
        ("Error: Failed to download metadata for repo 'demo': Cannot download repomd.xml", "repo 'demo'"),
        ("", "dnf ended with 1"),
    ],
)
def test_a_failure_says_what_dnf_said_and_what_to_do(stderr, words):
    assert words in dnf.failure(Outcome(["dnf"], 1, "", stderr)).message


@pytest.mark.parametrize(
    "locked", [(200, "", ""), (1, "", "error: can't create transaction lock on /var/lib/rpm/.rpm.lock")]
)
def test_a_lock_makes_it_wait_and_then_go_on(monkeypatch, locked):
    monkeypatch.setattr(holders, "POLL_SECONDS", 0)
    monkeypatch.setattr(dnf, "holder", lambda: None)
    monkeypatch.setattr(dnf, "program", lambda: "dnf")
    host = Host({"dnf": [locked, "done"]}).install(monkeypatch)
    assert dnf.transaction(["install", "demo"]).do().stdout == "done"
    assert host.ran == ["dnf -y --setopt=exit_on_lock=True install demo"] * 2


def test_a_query_with_an_unforeseen_status_fails(monkeypatch):
    monkeypatch.setattr(dnf, "program", lambda: "dnf")
    Host({"dnf": (1, "", "Error: There are no enabled repositories")}).install(monkeypatch)
    with pytest.raises(Failure, match="no enabled repositories"):
        dnf.ask(["check-update"], rc=(0, 100))


def test_a_host_without_dnf_is_told_so(monkeypatch):
    monkeypatch.setattr(dnf, "which", lambda *names: None)
    with pytest.raises(Failure, match="neither dnf nor yum"):
        dnf.program()
