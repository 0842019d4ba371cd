"""Facts about packages: which of the managers is the host's own. What each says is in cases/package_facts.yml."""

import pytest

from tasks import package_facts as module
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.mark.parametrize(("own", "package"), [("apt", "demo"), ("dnf", "bind"), ("dnf5", "bind"), ("zypper", "bind")])
def test_the_hosts_own_manager_goes_before_one_that_is_only_a_tool_there(monkeypatch, tmp_path, own, package):
    host = Host({"dpkg-query": "demo\t1.0\tall\tadmin\tii \n", "rpm": "bind\t32\t32\t9.18\t1\tx86_64\n"})
    monkeypatch.setattr(module, "package_manager", lambda: own)
    with host.alone(str(tmp_path / "bin")):
        found = perform(module.package_facts, {})["ansible_facts"]["packages"]
    assert list(found) == [package]
