"""package chooses among apt, dnf, zypper and pacman."""

import pytest

from muster.target import dnf as host_dnf
from muster.target import recall
from tasks import package as module
from tasks.package import package
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

DPKG = "demo\tall\t1.0\tii \t\n"


@pytest.fixture
def has(monkeypatch):
    def manager(name):
        monkeypatch.setattr(module, "package_manager", lambda: name)
        monkeypatch.setattr(host_dnf, "program", lambda: "dnf")
        monkeypatch.setattr(host_dnf, "holder", lambda: None)
        return Host(
            {
                "dpkg-query": DPKG,
                "apt-get": "",
                "rpm -qa": "",
                "rpm -q --whatprovides": (1, ""),
                "dnf": "",
            }
        ).install(monkeypatch)

    return manager


@pytest.mark.parametrize(
    ("manager", "changes"), [("apt", []), ("dnf", ["dnf install demo"]), ("yum", ["dnf install demo"])]
)
def test_the_hosts_own_package_manager_is_used(has, manager, changes):
    has(manager)
    assert perform(package, {"name": ["demo"]})["changes"] == changes


def test_none_may_be_named_to_do_only_what_is_asked_for_besides(has):
    has("dnf")
    assert perform(package, {"update_cache": True})["changes"] == ["dnf makecache"]


@pytest.mark.parametrize("manager", ["apt", "dnf", "zypper", "pacman"])
def test_fifty_tasks_ask_the_package_database_once(has, monkeypatch, manager):
    host = has(manager)
    host.answers.update({"rpm -qa": "demo\tnoarch\t1.0-1\n", "pacman -Q": "demo 1.0-1\n"})
    monkeypatch.setattr(recall, "stamp", lambda path: "as it was")
    monkeypatch.setattr(recall, "KEPT", {})
    for _ in range(50):
        assert not perform(package, {"name": ["demo"]})["changed"]
    assert len(host.ran) == 1


@pytest.mark.parametrize("spelling", ["demo=1.1-2", "demo-1.1-2"])
@pytest.mark.parametrize(("manager", "changes"), [
    ("apt", ["apt-get install demo=1.1-2"]), ("dnf", ["dnf install demo-1.1-2"])])
def test_a_version_may_be_written_in_either_way(has, manager, spelling, changes):
    host = has(manager)
    host.answers["apt-cache policy"] = ""
    assert perform(package, {"name": [spelling]})["changes"] == changes


@pytest.mark.parametrize("manager", ["apt", "dnf", "zypper", "pacman"])
def test_only_upgrade_installs_nothing_new(has, manager):
    host = has(manager)
    host.answers["pacman -Q"] = "demo 1.0-1\n"
    host.answers["apt-cache policy"] = ""
    for state in ("present", "latest"):
        arguments = {"name": ["new", "other=1.0-1"], "only_upgrade": True, "state": state}
        assert perform(package, arguments)["changes"] == []


@pytest.mark.parametrize(("manager", "changes"), [
    ("apt", ["apt-get install --only-upgrade demo=1.0+deb1"]), ("dnf", ["dnf upgrade-minimal --security demo"])])
def test_security_installs_fixes_alone(has, manager, changes):
    host = has(manager)
    host.answers["apt-cache policy"] = (
        "demo:\n  Installed: 1.0\n  Candidate: 1.1\n  Version table:\n     1.1 500\n        500 http://x b/main a P\n"
        "     1.0+deb1 500\n        500 http://x b-security/main a P\n *** 1.0 100\n        100 /var/lib/dpkg/status\n")
    host.answers["dnf --assumeno"] = (
        "Dependencies resolved.\n===\nUpgrading:\n demo  noarch  1.1-1  demo  6.0 k\n\nTransaction Summary\n===\n")
    assert perform(package, {"name": ["demo"], "state": "latest", "security": True})["changes"] == changes


@pytest.mark.parametrize(("manager", "changes"), [
    ("zypper", ["zypper install --type package --oldpackage --no-recommends --auto-agree-with-licenses demo=1.1"]),
    ("pacman", ["pacman -S demo=1.1"])])
def test_others_get_names_and_versions_as_they_are(has, manager, changes):
    host = has(manager)
    host.answers.update({
        "rpm -qa": "other\tnoarch\t1.0-1\n", "pacman -Q": "other 1.0-1\n", "pacman -T": (127, "demo=1.1\n"),
        "pacman": "", "zypper": '<stream><install-summary><to-install><solvable name="demo" edition="1.1-1"/>'
        "</to-install></install-summary></stream>"})
    assert perform(package, {"name": ["demo=1.1"]})["changes"] == changes
