"""apt, on a host whose commands are a script: what is asked, what is run, what check mode foretells."""

import os
import time

import pytest

from muster.target import apt as host_apt
from muster.target import holders, policy_rc_d
from tasks.apt import apt
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

DPKG = "demo\tall\t1.0\tii \t\nmawk\tamd64\t1.3\tii \tawk\nleft\tall\t0.9\trc \t\ndemo-b\tall\t2.0\tii \t\n"
NEWER = DPKG.replace("demo\tall\t1.0", "demo\tall\t1.1")
POLICY = """demo:
  Installed: 1.0
  Candidate: 1.1
  Version table:
     1.1 500
        500 http://deb.example.com bookworm/main amd64 Packages
 *** 1.0 100
        100 /var/lib/dpkg/status
demo-b:
  Installed: 2.0
  Candidate: 2.0
  Version table:
 *** 2.0 500
        500 http://deb.example.com bookworm/main amd64 Packages
"""
CONFFILES = "-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"


@pytest.fixture(autouse=True)
def free(monkeypatch, tmp_path):
    """Nobody holds a lock, and the lists were fetched a minute ago."""
    monkeypatch.setattr(holders, "of_files", lambda paths: None)
    monkeypatch.setattr(host_apt, "updated_at", lambda: int(time.time()) - 60)
    monkeypatch.setattr(host_apt, "LISTS", str(tmp_path))


def transactions(host):
    return [line for line in host.changed_with("apt-get") if " -s " not in line]


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": ["demo", "demo-b"]},
        {"name": ["demo=1.0"]},
        {"name": ["demo=1.*", ""]},
        {"name": ["demo:all"]},
        {"name": ["nope"], "state": "absent"},
        {"name": ["left"], "state": "absent"},
        {"name": ["no-such-*"], "state": "absent"},
        {"name": ["nope"], "only_upgrade": True},
        {"name": []},
    ],
)
def test_a_converged_host_answers_one_query_and_starts_no_apt(monkeypatch, arguments):
    host = Host({"dpkg-query": DPKG}).install(monkeypatch)
    result = perform(apt, arguments)
    assert result["changes"] == [] and not result["changed"] and not result["failed"]
    assert len(host.ran) <= 1


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ({"name": ["new", "demo"]}, "install new"),
        ({"name": ["demo=1.1", "new"]}, "install demo=1.1 new"),
        ({"name": ["demo"], "state": "absent"}, "remove demo"),
        ({"name": ["demo*"], "state": "absent"}, "remove demo demo-b"),
        ({"name": ["left"], "state": "absent", "purge": True}, "purge left"),
        ({"name": ["demo"], "state": "absent", "autoremove": True}, "remove --auto-remove demo"),
        ({"name": ["demo", "demo-b"], "state": "latest"}, "install demo"),
        ({"name": ["demo", "new"], "state": "latest"}, "install new demo"),
        ({"name": ["demo"], "state": "latest", "only_upgrade": True}, "install --only-upgrade demo"),
        ({"name": ["demo"], "state": "removed"}, "remove demo"),
        ({"name": ["new"], "state": "installed"}, "install new"),
    ],
)
def test_one_transaction_for_a_list(monkeypatch, arguments, command):
    host = Host({"dpkg-query": DPKG, "apt-cache policy": POLICY, "apt-get": ""}).install(monkeypatch)
    result = perform(apt, arguments)
    assert result["changes"] == ["apt-get " + command]
    assert transactions(host) == ["apt-get -y -q %s %s" % (CONFFILES, command)]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({"install_recommends": False}, "-o APT::Install-Recommends=no"),
        ({"install_recommends": True}, "-o APT::Install-Recommends=yes"),
        ({"default_release": "bookworm-backports"}, "-t bookworm-backports"),
        ({"allow_downgrade": True}, "--allow-downgrades"),
        ({"allow_unauthenticated": True}, "--allow-unauthenticated"),
        ({"fail_on_autoremove": True}, "--no-remove"),
        (
            {"force": True},
            "--allow-downgrades --allow-change-held-packages --allow-unauthenticated --allow-remove-essential",
        ),
    ],
)
def test_arguments_become_options(monkeypatch, arguments, options):
    host = Host({"dpkg-query": DPKG, "apt-get": "", "apt-mark": ""}).install(monkeypatch)
    perform(apt, dict(arguments, name=["new"]))
    assert transactions(host) == ["apt-get -y -q %s %s install new" % (CONFFILES, options)]


def test_check_mode_tells_versions_and_installs_nothing(monkeypatch):
    simulation = "Inst new (2.0 Debian:12 [all])\nInst dependency (1.0 Debian:12 [all])\n"
    host = Host({"dpkg-query": DPKG, "apt-get -s": simulation}).install(monkeypatch)
    result = perform(apt, {"name": ["new"]}, check=True)
    assert result["changes"] == ["apt-get install new"] and transactions(host) == []
    assert [each["name"] for each in result["packages"]] == ["new", "dependency"]


def test_check_mode_does_not_fail_for_a_repository_that_is_still_to_come(monkeypatch):
    Host({"dpkg-query": DPKG, "apt-get -s": (100, "", "E: Unable to locate package new")}).install(monkeypatch)
    result = perform(apt, {"name": ["new"]}, check=True)
    assert not result["failed"] and result["changed"] and "Unable to locate" in result["warnings"][0]


def test_a_provided_name_counts_as_installed_if_it_is_no_package_itself(monkeypatch):
    host = Host({"dpkg-query": DPKG, "apt-cache policy awk": "awk:\n  Installed: (none)\n  Candidate: (none)\n"})
    host.install(monkeypatch)
    assert perform(apt, {"name": ["awk"]})["changes"] == []


def test_a_provided_name_that_is_a_package_too_is_installed(monkeypatch):
    real = (
        "awk:\n  Installed: (none)\n  Candidate: 1\n  Version table:\n     1 500\n        500 http://x b/main amd64 P\n"
    )
    Host({"dpkg-query": DPKG, "apt-cache policy awk": real, "apt-get": ""}).install(monkeypatch)
    assert perform(apt, {"name": ["awk"]})["changes"] == ["apt-get install awk"]


def test_wildcards_are_filled_in_from_all_packages_there_are(monkeypatch):
    Host({"dpkg-query": DPKG, "apt-cache pkgnames": "demo\ndemo-b\ndemo-c\nother\n", "apt-get": ""}).install(
        monkeypatch
    )
    assert perform(apt, {"name": ["demo*"]})["changes"] == ["apt-get install demo-c"]
    assert "no package matches x*" in perform(apt, {"name": ["x*"]})["msg"]


def test_check_mode_fetches_no_lists(monkeypatch):
    host = Host({}).install(monkeypatch)
    assert perform(apt, {"update_cache": True}, check=True)["changes"] == ["apt-get update"]
    assert host.ran == []


@pytest.mark.parametrize(
    ("upgrade", "verb"),
    [
        ("yes", "upgrade --with-new-pkgs"),
        ("safe", "upgrade --with-new-pkgs"),
        ("dist", "dist-upgrade"),
        ("full", "dist-upgrade"),
    ],
)
def test_an_upgrade_runs_if_a_simulation_finds_something(monkeypatch, upgrade, verb):
    host = Host({"dpkg-query": DPKG, "apt-get": "", "apt-get -s": ["Inst demo [1.0] (1.1 x [all])\n", ""]})
    host.install(monkeypatch)
    assert perform(apt, {"upgrade": upgrade})["changes"] == ["apt-get " + verb]
    assert perform(apt, {"upgrade": upgrade})["changes"] == []
    assert len(transactions(host)) == 1


@pytest.mark.parametrize(
    ("arguments", "verb"),
    [
        ({"state": "fixed"}, "-f install"),
        ({"state": "build-dep", "name": ["demo"]}, "build-dep demo"),
        ({"autoremove": True}, "autoremove"),
        ({"autoremove": True, "purge": True}, "autoremove --purge"),
    ],
)
def test_chores_run_if_a_simulation_finds_something(monkeypatch, arguments, verb):
    Host({"dpkg-query": DPKG, "apt-get": "", "apt-get -s": ["Remv left [0.9]\n", ""]}).install(monkeypatch)
    assert perform(apt, arguments)["changes"] == ["apt-get " + verb]
    assert perform(apt, arguments)["changes"] == []


def test_cleaning_runs_if_there_is_something_to_delete(monkeypatch):
    monkeypatch.setattr(host_apt, "list_directory", lambda path: ["lock", "demo_1.0_all.deb"])
    Host({"apt-get": "", "apt-get -s autoclean": "Del demo 1.0 [1 kB]\n"}).install(monkeypatch)
    assert perform(apt, {"clean": True, "autoclean": True})["changes"] == ["apt-get clean", "apt-get autoclean"]
    monkeypatch.setattr(host_apt, "list_directory", lambda path: ["lock"])
    assert perform(apt, {"clean": True})["changes"] == []


def test_a_package_at_a_url_is_installed_under_its_url(monkeypatch, tmp_path):
    (tmp_path / "demo.deb").touch()
    url = (tmp_path / "demo.deb").as_uri()
    Host({"dpkg-query": DPKG, "dpkg-deb": ["demo\t1.1\n", "demo\t1.0\n"], "apt-get": ""}).install(monkeypatch)
    assert perform(apt, {"deb": url})["changes"] == ["apt-get install " + url]
    assert perform(apt, {"deb": url})["changes"] == []


def test_a_hold_that_was_overridden_is_put_back(monkeypatch):
    held = DPKG.replace("demo\tall\t1.0\tii", "demo\tall\t1.0\thi")
    host = Host({"dpkg-query": [held, held, NEWER], "apt-mark showhold": "demo\n", "apt-mark hold": "", "apt-get": ""})
    host.install(monkeypatch)
    perform(apt, {"name": ["demo=1.1"], "allow_change_held_packages": True})
    assert host.ran.index("apt-mark hold demo") > host.ran.index("apt-mark showhold")


HELD = DPKG.replace("demo\tall\t1.0\tii", "demo\tall\t1.0\thi")


@pytest.mark.parametrize(("arguments", "wish"), [
    ({"name": ["demo=1.1"]}, "1.1"), ({"name": ["demo"], "state": "absent"}, "removed")])
def test_a_held_package_is_not_changed_otherwise(monkeypatch, arguments, wish):
    Host({"dpkg-query": HELD}).install(monkeypatch)
    result = perform(apt, arguments)
    assert result["failed"] and "demo is held at 1.0 and does not become " + wish in result["msg"]


FIX = POLICY.replace("http://deb.example.com bookworm/main", "http://sec.example.com bookworm-security/main", 1)


@pytest.mark.parametrize("names", [[], ["*"], ["demo*"], ["demo", "nope"]])
def test_security_installs_exactly_the_fixes(monkeypatch, names):
    host = Host({"dpkg-query": DPKG, "apt-cache policy": FIX, "apt-get": ""}).install(monkeypatch)
    result = perform(apt, {"name": names, "state": "latest", "security": True})
    assert result["changes"] == ["apt-get install --only-upgrade demo=1.1"]
    host.answers["apt-cache policy"] = POLICY
    assert perform(apt, {"name": names, "state": "latest", "security": True})["changes"] == []


def test_a_fix_of_a_held_package_is_told_and_left(monkeypatch):
    Host({"dpkg-query": HELD, "apt-cache policy": FIX}).install(monkeypatch)
    result = perform(apt, {"name": ["*"], "state": "latest", "security": True})
    assert result["changes"] == [] and "demo is held at 1.0" in result["warnings"][0]


def test_security_without_latest_is_warned_of(monkeypatch):
    Host({"dpkg-query": DPKG}).install(monkeypatch)
    assert "state: latest" in perform(apt, {"name": ["demo"], "security": True})["warnings"][0]


def test_the_latest_of_everything_is_an_upgrade(monkeypatch):
    host = Host({"dpkg-query": DPKG, "apt-get": "", "apt-get -s": ["Inst demo [1.0] (1.1 x [all])\n", ""]})
    host.install(monkeypatch)
    assert perform(apt, {"name": ["*"], "state": "latest"})["changes"] == ["apt-get upgrade --with-new-pkgs"]
    assert perform(apt, {"name": ["*"], "state": "latest"})["changes"] == []


def test_lists_are_fetched_again_where_a_repository_does_not_answer(monkeypatch):
    pauses = []
    monkeypatch.setattr(host_apt, "time", type("time", (), {"sleep": pauses.append, "time": time.time}))
    bad = (100, "", "E: Failed to fetch http://deb.example.com")
    host = Host({"dpkg-query": DPKG, "apt-get": [bad, bad, bad, ""]}).install(monkeypatch)
    result = perform(apt, {"name": ["demo"], "update_cache": True, "update_cache_retry_max_delay": 2})
    assert not result["failed"] and pauses == [1, 2, 2] and len(host.changed_with("apt-get")) == 4
    host.answers["apt-get"] = bad
    assert "could not be fetched" in perform(apt, {"update_cache": True, "update_cache_retries": 0})["msg"]


def test_services_are_kept_from_starting_and_the_old_policy_comes_back(monkeypatch, tmp_path):
    (tmp_path / "sbin").mkdir()
    policy = tmp_path / "sbin" / "policy-rc.d"
    policy.write_text("old")
    during = []
    monkeypatch.setattr(policy_rc_d, "POLICY", str(policy))
    Host({"dpkg-query": DPKG, "apt-get": lambda argv: during.append(policy.read_text()) or ""}).install(monkeypatch)
    perform(apt, {"name": ["new"], "policy_rc_d": 101})
    assert during == ["#!/bin/sh\nexit 101\n"] and policy.read_text() == "old"
    assert os.listdir(policy.parent) == ["policy-rc.d"]
