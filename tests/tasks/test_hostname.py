"""hostname, with and without systemd."""

import types

import pytest

from tasks import hostname as module
from tasks.hostname import hostname
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def host(monkeypatch):
    state = types.SimpleNamespace(kept=b"old\n", nodename="old", manager="systemd")
    monkeypatch.setattr(module, "read", lambda path: state.kept)
    monkeypatch.setattr(module.os, "uname", lambda: types.SimpleNamespace(nodename=state.nodename))
    monkeypatch.setattr(module, "service_manager", lambda: state.manager)
    monkeypatch.setattr(module, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(module, "full_name", lambda name: name + ".example.com")
    Host({"": ""}).install(monkeypatch)
    return state


def test_systemd_sets_both_names(host):
    assert perform(hostname, {"name": "web"})["changes"] == ["hostnamectl set-hostname web"]


def test_a_host_of_this_name_is_left_alone(host):
    assert perform(hostname, {"name": "old"})["changes"] == []


def test_a_name_that_a_boot_would_undo_is_mended(host):
    host.nodename = "web"
    assert perform(hostname, {"name": "web"})["changes"] == ["hostnamectl set-hostname web"]


def test_without_systemd_the_file_and_the_kernel_are_set(host):
    host.manager = "sysvinit"
    changes = perform(hostname, {"name": "web"}, check=True)["changes"]
    assert [change for change in changes if "/etc/hostname" in change] and changes[-1] == "hostname web"


def test_the_facts_are_those_of_the_new_name(host):
    assert perform(hostname, {"name": "old"})["ansible_facts"] == {
        "hostname": "old",
        "nodename": "old",
        "fqdn": "old.example.com",
        "domain": "example.com",
    }
