"""hostname, where cases/hostname.yml cannot say it."""

import pytest

from tasks import hostname as module
from tasks.hostname import hostname
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture(autouse=True)
def host(monkeypatch, tmp_path):
    (tmp_path / "hostname").write_text("old\n")
    monkeypatch.setattr(module, "FILES", dict.fromkeys(module.FILES, str(tmp_path / "hostname")))
    monkeypatch.setattr(module, "KERNEL", str(tmp_path / "hostname"))
    monkeypatch.setattr(module, "full_name", lambda name: name + ".example.com")
    monkeypatch.setattr(module, "which", lambda name: "/usr/bin/" + name)
    Host({"": ""}).install(monkeypatch)


@pytest.mark.parametrize(("manager", "last"), [("systemd", "hostnamectl set-hostname web"), ("init", "hostname web")])
def test_what_keeps_the_name_is_found_out(monkeypatch, manager, last):
    monkeypatch.setattr(module, "service_manager", lambda: manager)
    assert perform(hostname, {"name": "web"}, check=True)["changes"][-1] == last


def test_the_facts_are_those_of_the_new_name():
    assert perform(hostname, {"name": "old", "use": "debian"})["ansible_facts"] == {
        "hostname": "old",
        "nodename": "old",
        "fqdn": "old.example.com",
        "domain": "example.com",
    }
