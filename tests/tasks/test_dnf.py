"""dnf, on a host whose commands are a script: what is asked, what is run, what check mode foretells."""

import pytest

from muster.target import dnf as host_dnf
from tasks.dnf import dnf
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

INSTALLED = {"demo": "1.0-2", "other": "3-1", "kernel": "6.1-1"}
RPMS = "".join("%s\tnoarch\t%s\n" % each for each in INSTALLED.items())
TABLE = """Dependencies resolved.
=====
 Package Arch Version Repository Size
=====
Upgrading:
 demo    noarch  1.1-1   demo   6.0 k

Transaction Summary
=====
"""
NOTHING = "Dependencies resolved.\nNothing to do.\nComplete!\n"


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setattr(host_dnf, "program", lambda: "dnf")
    monkeypatch.setattr(host_dnf, "holder", lambda: None)
    return Host(
        {
            "rpm -qa": RPMS,
            "rpm -q --whatprovides": (1, "no package provides it\n"),
            "dnf -y": "",
            "dnf --assumeno": NOTHING,
            "dnf -q": "",
        }
    ).install(monkeypatch)


def transactions(host):
    return [line.replace("dnf -y --setopt=exit_on_lock=True ", "") for line in host.ran if line.startswith("dnf -y")]


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": ["demo", "other"]},
        {"name": ["demo-1.0"]},
        {"name": ["demo-1.0-2", ""]},
        {"name": ["demo.noarch"]},
        {"name": ["nope"], "state": "absent"},
        {"name": []},
        {"name": ["demo-0:1.0-2"]},
    ],
)
def test_a_converged_host_answers_one_query_and_starts_no_dnf(host, arguments):
    result = perform(dnf, arguments)
    assert not result["changed"] and not result["failed"] and result["changes"] == []
    assert len(host.ran) <= 1


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ({"name": ["new", "demo"]}, "", "install new"),
        ({"name": ["demo-2.0", "new"]}, "", "install demo-2.0 new"),
        ({"name": ["/usr/bin/new", "demo"]}, "", "install /usr/bin/new"),
        ({"name": ["demo", "nope"], "state": "absent"}, "", "remove --noautoremove demo"),
        ({"name": ["demo"], "state": "removed", "autoremove": True}, "", "remove demo"),
        ({"name": ["new"], "state": "latest"}, "", "install new"),
        (
            {"name": ["new"], "download_only": True, "download_dir": "/srv"},
            "--downloaddir=/srv --downloadonly ",
            "install new",
        ),
        (
            {"name": ["new"], "enablerepo": ["a", "b"], "exclude": ["x*"]},
            "--enablerepo=a,b --exclude=x* ",
            "install new",
        ),
        ({"name": ["new"], "nobest": True, "allowerasing": True}, "--allowerasing --nobest ", "install new"),
        (
            {"name": ["new"], "releasever": "latest", "disable_gpg_check": True},
            "--nogpgcheck --releasever=latest ",
            "install new",
        ),
        ({"name": ["new"], "install_weak_deps": False}, "--setopt=install_weak_deps=False ", "install new"),
        (
            {"name": ["new"], "sslverify": False, "skip_broken": True},
            "--setopt=strict=0 --setopt=sslverify=False ",
            "install new",
        ),
    ],
)
def test_one_transaction_for_a_list(host, arguments, options, words):
    assert perform(dnf, arguments)["changes"] == ["dnf " + words]
    assert transactions(host) == [options + words]


def test_what_something_installed_provides_is_there(host):
    host.answers["rpm -q --whatprovides /usr/bin/demo"] = "demo-1.0-2.noarch\n"
    assert perform(dnf, {"name": ["/usr/bin/demo"]})["changes"] == []


@pytest.mark.parametrize("name", ["@development", "@nodejs:18", "demo*", "demo >= 1.0", "vim"])
def test_what_only_dnf_can_judge_is_asked_of_it(host, name):
    host.answers["rpm -q --whatprovides vim"] = "vim-enhanced-9-1\n"
    assert perform(dnf, {"name": [name]})["changes"] == []
    assert "dnf --assumeno --setopt=exit_on_lock=True install " + name in host.ran
    host.answers["dnf --assumeno"] = TABLE
    assert perform(dnf, {"name": [name]})["changes"] == ["dnf install " + name]


def test_the_newest_of_what_is_installed_is_an_upgrade(host):
    host.answers["dnf -q"] = (100, "\ndemo.noarch    1.1-1    demo\n")
    assert perform(dnf, {"name": ["demo", "other"], "state": "latest"})["changes"] == ["dnf upgrade demo other"]


def test_a_version_that_a_lock_keeps_out_is_told(host):
    host.answers["dnf -y"] = (1, "", "All matches were filtered out by exclude filtering for argument: demo-1.1\n"
                              "Error: Unable to find a match: demo-1.1")
    assert "it is held or excluded; dnf_versionlock lets go of it" in perform(dnf, {"name": ["demo-1.1"]})["msg"]


def test_a_list_alters_nothing(host):
    host.answers["dnf -q"] = "demo\tnoarch\t0\t1.1\t1\tupdates\n"
    result = perform(dnf, {"list": "updates", "name": ["new"]})
    assert result["changes"] == [] and result["results"] == [{
        "name": "demo", "arch": "noarch", "epoch": "0", "version": "1.1", "release": "1", "repo": "updates",
        "yumstate": "available", "nevra": "demo-0:1.1-1.noarch", "envra": "0:demo-1.1-1.noarch"}]
    states = [each["yumstate"] for each in perform(dnf, {"list": "dem*"})["results"]]
    assert states == ["installed", "available"]


def test_a_list_of_repositories(host):
    host.answers["dnf -q"] = "repo id    repo name\nbaseos     The base\nextras     More\n"
    assert perform(dnf, {"list": "repos"})["results"] == [
        {"repoid": "baseos", "state": "enabled"}, {"repoid": "extras", "state": "enabled"}]


def test_update_only_installs_nothing(host):
    assert perform(dnf, {"name": ["demo", "new"], "state": "latest", "update_only": True})["changes"] == []
    assert "dnf -q --setopt=exit_on_lock=True check-update demo" in host.ran


def test_everything_up_to_date(host):
    assert perform(dnf, {"name": ["*"], "state": "latest"})["changes"] == []
    host.answers["dnf --assumeno"] = TABLE
    assert perform(dnf, {"name": ["*"], "state": "latest"})["changes"] == ["dnf upgrade"]


def test_security_installs_exactly_the_fixes(host):
    host.answers["dnf --assumeno"] = TABLE
    result = perform(dnf, {"name": ["*"], "state": "latest", "security": True, "bugfix": True})
    assert result["changes"] == ["dnf upgrade-minimal --security --bugfix"]


def test_security_without_latest_is_warned_of(host):
    assert "state: latest" in perform(dnf, {"name": ["demo"], "security": True})["warnings"][0]


def test_patterns_are_removed_if_they_match(host):
    host.answers["rpm -qa demo*"] = "demo-1.0-2.noarch\n"
    host.answers["rpm -qa none*"] = ""
    assert perform(dnf, {"name": ["demo*", "none*"], "state": "absent"})["changes"] == [
        "dnf remove --noautoremove demo*"
    ]


def test_a_group_is_removed_if_dnf_says_so(host):
    assert perform(dnf, {"name": ["@tools"], "state": "absent"})["changes"] == []
    host.answers["dnf --assumeno"] = TABLE.replace("Upgrading", "Removing")
    assert perform(dnf, {"name": ["@tools"], "state": "absent"})["changes"] == ["dnf remove --noautoremove @tools"]


def test_check_mode_tells_versions_and_installs_nothing(host):
    host.answers["dnf --assumeno"] = TABLE
    result = perform(dnf, {"name": ["demo-1.1"]}, check=True)
    assert result["changes"] == ["dnf install demo-1.1"] and transactions(host) == []
    assert result["packages"] == [{"name": "demo", "old": "1.0-2", "new": "1.1-1"}]
    assert result["results"] == ["Installed: demo-1.1-1"]


def test_check_mode_does_not_fail_for_a_repository_that_is_still_to_come(host):
    host.answers["dnf --assumeno"] = (1, "", "Error: Unable to find a match: new")
    result = perform(dnf, {"name": ["new"]}, check=True)
    assert result["changed"] and not result["failed"] and "Unable to find" in result["warnings"][0]


def test_a_package_file_is_installed_unless_its_version_is(host, tmp_path):
    path = tmp_path / "demo.rpm"
    path.touch()
    host.answers["rpm -qp"] = "demo-1.0-2.noarch"
    assert perform(dnf, {"name": [str(path)]})["changes"] == []
    host.answers["rpm -qp"] = "demo-1.1-1.noarch"
    assert perform(dnf, {"name": [str(path)]})["changes"] == ["dnf install %s" % path]
    assert "no package file" in perform(dnf, {"name": [str(tmp_path / "nope.rpm")]})["msg"]


def test_another_root_is_meant_by_both_tools(host, monkeypatch):
    host.answers["rpm --root"] = lambda argv: RPMS if "-qa" in argv else "package new is not installed"
    host.answers["rpm --root /mnt -q --whatprovides"] = (1, "")
    perform(dnf, {"name": ["new"], "installroot": "/mnt"})
    assert transactions(host) == ["--installroot=/mnt install new"]
    assert all("--root /mnt" in line for line in host.ran if line.startswith("rpm"))


def test_obsoletes_are_no_updates():
    text = "\ndemo.noarch  1.1-1  demo\nlib.so.x86_64  2-1  demo\nObsoleting Packages\nold.noarch  1-1  demo\n"
    assert host_dnf.parse_updates(text) == ["demo-1.1-1.noarch", "lib.so-2-1.x86_64"]
