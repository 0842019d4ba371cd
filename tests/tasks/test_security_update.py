"""security_update: which fixes are chosen, and what it refuses. What is pending is given here."""

import pytest

from muster.target import apt, dnf
from muster.target.pending import Pending, Update
from tasks import security_update as module
from tasks.security_update import security_update
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

RPMS = "crit\tnoarch\t1.0-1\nsec\tnoarch\t1.0-1\n"
LISTED = "FIX-1 Critical/Sec.  crit-1.0-2.noarch\nFIX-2 Important/Sec. sec-1.0-2.noarch\n"


def update(name, candidate, fix, advisory=None, cve=None, pinned=False):
    found = Update(name, "1.0-1", candidate, bool(fix), fix, pinned)
    found.advisories, found.cves = [advisory], [cve]
    return found


@pytest.fixture
def found(monkeypatch):
    pending = Pending()
    pending.updates = [
        update("crit", "1.0-2", "1.0-2", "FIX-1", "CVE-1"),
        update("sec", "1.0-3", "1.0-2", "FIX-2", "CVE-2"),
        update("bug", "1.1-1", None),
        update("locked", "1.1-1", "1.0-2", "FIX-2", "CVE-2", pinned=True),
    ]
    monkeypatch.setattr(module.look, "on_apt", lambda *words: pending)
    monkeypatch.setattr(module.look, "on_dnf", lambda *words: pending)
    return pending


@pytest.fixture
def amazon(monkeypatch, found):
    monkeypatch.setattr(module, "package_manager", lambda: "dnf")
    monkeypatch.setattr(dnf, "program", lambda: "dnf")
    monkeypatch.setattr(dnf, "holder", lambda: None)

    def says(argv):
        return LISTED.replace("FIX", "CVE") if "--with-cve" in argv else LISTED if "updateinfo" in argv else "done"

    return Host({"rpm -qa": [RPMS, RPMS.replace("crit\tnoarch\t1.0-1", "crit\tnoarch\t1.0-2")], "dnf": says}).install(
        monkeypatch
    )


@pytest.fixture
def debian(monkeypatch, found):
    monkeypatch.setattr(module, "package_manager", lambda: "apt")
    monkeypatch.setattr(apt.holders, "of_files", lambda paths: None)
    return Host({"dpkg-query": "sec\tall\t1.0-1\tii \t\n", "apt-get": "done"}).install(monkeypatch)


def test_on_dnf_the_fixes_are_one_transaction_and_the_result_tells_versions(amazon):
    result = perform(security_update, {"releasever": "latest", "exclude": ["x*"]})
    assert result["changes"] == ["dnf upgrade-minimal --security"]
    assert amazon.ran[-2] == (
        "dnf -y --setopt=exit_on_lock=True --setopt=skip_if_unavailable=False --setopt=*.skip_if_unavailable=False "
        "--releasever=latest --exclude=x* upgrade-minimal --security"
    )
    assert result["packages"] == [{"name": "crit", "old": "1.0-1", "new": "1.0-2"}]
    assert (result["pinned"], result["excluded"], result["unknown"]) == (["locked"], [], [])


def test_on_apt_exactly_the_fixed_versions_are_named(debian):
    result = perform(security_update, {})
    assert result["changes"] == ["apt-get install --only-upgrade crit=1.0-2 sec=1.0-2"]
    assert "--force-confold" in debian.changed_with("apt-get")[0] and result["pinned"] == ["locked"]


def test_check_mode_tells_versions_and_installs_nothing(amazon):
    result = perform(security_update, {}, check=True)
    assert result["changes"] == ["dnf upgrade-minimal --security"]
    assert result["packages"] == [
        {"name": "crit", "old": "1.0-1", "new": "1.0-2"},
        {"name": "sec", "old": "1.0-1", "new": "1.0-2"},
    ]
    assert amazon.changed_with("dnf") == []


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ({"advisories": ["FIX-1"]}, "upgrade-minimal --advisory=FIX-1"),
        ({"cves": ["CVE-2"]}, "upgrade-minimal --cve=CVE-2"),
        ({"scope": "all"}, "upgrade"),
    ],
)
def test_on_dnf_a_part_or_all_of_it(amazon, arguments, command):
    assert perform(security_update, arguments)["changes"] == ["dnf " + command]


@pytest.mark.parametrize("arguments", [{"advisories": ["FIX-1", "FIX-9"]}, {"cves": ["CVE-9"]}])
def test_an_id_that_no_repository_knows_is_refused(amazon, arguments):
    result = perform(security_update, arguments)
    assert result["failed"] and "no enabled repository has" in result["msg"] and "-9" in result["msg"]
    assert not any("upgrade" in line for line in amazon.ran)


def test_an_advisory_that_is_installed_already_is_nothing_to_do(amazon, found):
    found.updates = found.updates[1:]
    assert perform(security_update, {"advisories": ["FIX-1"]})["changes"] == []


def test_ids_are_refused_on_apt_with_the_reason(debian):
    result = perform(security_update, {"advisories": ["DSA-1"], "cves": ["CVE-1"]})
    assert "say nothing about advisories" in result["msg"] and "DSA-1, CVE-1" in result["msg"]


def test_what_is_excluded_is_left_alone_and_told(debian):
    result = perform(security_update, {"exclude": ["c*"]})
    assert result["changes"] == ["apt-get install --only-upgrade sec=1.0-2"] and result["excluded"] == ["crit"]


def test_on_apt_updates_that_are_not_phased_in_stay_out(debian):
    debian.answers["apt-get -s"] = "Inst crit [1.0-1] (1.0-2 x [all])\nInst sec [1.0-1] (1.0-3 x [all])\n"
    result = perform(security_update, {"scope": "all"})
    assert result["changes"] == ["apt-get install --only-upgrade crit=1.0-2 sec=1.0-3"]


@pytest.mark.parametrize("host", ["amazon", "debian"])
def test_nothing_pending_is_nothing_to_do(host, request, found):
    script = request.getfixturevalue(host)
    found.updates = [update("bug", "1.1-1", None)]
    result = perform(security_update, {})
    assert result["changes"] == [] and not result["failed"] and script.ran == []


@pytest.mark.parametrize("host", ["amazon", "debian"])
def test_not_knowing_is_a_failure_and_not_nothing_to_do(host, request, found):
    request.getfixturevalue(host)
    found.updates, found.unknown = [], ["the repository x does not answer"]
    result = perform(security_update, {})
    assert result["failed"] and "the repository x does not answer" in result["msg"]


def test_a_vendors_repository_without_advisories_does_not_stop_the_others(amazon, found):
    found.unknown, found.silent = ["the advisories of vendor are missing"], ["vendor"]
    result = perform(security_update, {})
    assert result["changed"] and result["unknown"] == found.unknown == result["warnings"]


def test_a_package_manager_nobody_handles(monkeypatch):
    monkeypatch.setattr(module, "package_manager", lambda: "apk")
    assert "not with apk" in perform(security_update, {})["msg"]
