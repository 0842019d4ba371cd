"""Facts about packages, as dpkg and rpm print them."""

import pytest

from tasks import package_facts as module
from tasks.package_facts import package_facts
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

DPKG = """\
demo\t1.0\tall\tadmin\t\tii
gone\t1.0\tall\tadmin\t\trc
libx\t1\tamd64\tlibs\tDebian\tii
libx\t1\ti386\tlibs\tDebian\tii
"""
RPM = """\
kernel\t0\t(none)\t6.1\t1.amzn2023\tx86_64
kernel\t0\t(none)\t6.1\t2.amzn2023\tx86_64
bind\t32\t32\t9.18\t1\tx86_64
"""


@pytest.fixture(autouse=True)
def host(monkeypatch):
    Host({"dpkg-query": DPKG, "rpm": RPM}).install(monkeypatch)
    monkeypatch.setattr(module, "package_manager", lambda: "apt")


def packages(**arguments):
    return perform(package_facts, arguments)["ansible_facts"]["packages"]


def test_debian_packages_that_are_installed():
    found = packages()
    assert set(found) == {"demo", "libx"} and [each["arch"] for each in found["libx"]] == ["amd64", "i386"]
    assert found["demo"][0] == {
        "name": "demo",
        "version": "1.0",
        "arch": "all",
        "category": "admin",
        "origin": "",
        "source": "apt",
    }


def test_rpm_packages_with_several_versions(monkeypatch):
    monkeypatch.setattr(module, "package_manager", lambda: "dnf")
    found = packages()
    assert [each["release"] for each in found["kernel"]] == ["1.amzn2023", "2.amzn2023"]
    assert (found["kernel"][0]["epoch"], found["bind"][0]["epoch"], found["bind"][0]["source"]) == (None, 32, "rpm")


def test_the_first_manager_with_packages_or_all_of_them():
    assert "bind" not in packages(manager=["apt", "rpm"])
    assert {"bind", "demo"} <= set(packages(manager=["apt", "rpm"], strategy="all"))


def test_a_manager_nobody_handles():
    assert "not for portage" in perform(package_facts, {"manager": ["portage"]})["msg"]
