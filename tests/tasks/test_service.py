"""service: systemd where it runs, init scripts elsewhere."""

import glob

import pytest

from tasks import service as module
from tasks.service import service
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def host(monkeypatch):
    """A host with init scripts: demo is there, stopped, and starts at boot if `boot` says so."""
    monkeypatch.setattr(module, "service_manager", lambda: "sysvinit")
    monkeypatch.setattr(module, "which", lambda name: name == "update-rc.d")
    host = Host({"/etc/init.d/demo status": (3, ""), "/etc/init.d/demo": "", "update-rc.d": ""}).install(monkeypatch)
    host.boot = ["/etc/rc2.d/S01demo"]
    monkeypatch.setattr(
        glob,
        "glob",
        lambda pattern: ["/etc/init.d/demo"] if pattern == "/etc/init.d/demo" else host.boot if "rc" in pattern else [],
    )
    return host


def test_systemd_is_asked_where_it_runs(monkeypatch):
    monkeypatch.setattr(module, "service_manager", lambda: "systemd")
    show = "LoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\n"
    Host({"systemctl show -- demo": show, "systemctl start demo": ""}).install(monkeypatch)
    result = perform(service, {"name": "demo", "state": "started", "enabled": True})
    assert result["changes"] == ["systemctl start demo"] and result["status"]["ActiveState"] == "inactive"


@pytest.mark.parametrize(
    ("status", "arguments", "changes"),
    [
        (3, {"state": "started"}, ["/etc/init.d/demo start"]),
        (0, {"state": "started"}, []),
        (0, {"state": "stopped"}, ["/etc/init.d/demo stop"]),
        (3, {"state": "stopped"}, []),
        (0, {"state": "restarted"}, ["/etc/init.d/demo restart"]),
        (0, {"state": "restarted", "sleep": 0.01}, ["/etc/init.d/demo stop", "/etc/init.d/demo start"]),
        (0, {"state": "reloaded"}, ["/etc/init.d/demo reload"]),
        (3, {"state": "reloaded"}, ["/etc/init.d/demo start"]),
        (3, {"state": "started", "arguments": "--fast now"}, ["/etc/init.d/demo start --fast now"]),
        (3, {"enabled": True}, []),
        (3, {"enabled": False}, ["update-rc.d demo disable"]),
    ],
)
def test_init_scripts(host, status, arguments, changes):
    host.answers["/etc/init.d/demo status"] = (status, "")
    assert perform(service, dict(arguments, name="demo"))["changes"] == changes


def test_a_script_that_no_runlevel_knows_is_added(host):
    host.boot = []
    assert perform(service, {"name": "demo", "enabled": True})["changes"] == ["update-rc.d demo defaults"]


def test_the_process_list_tells_where_the_script_cannot(host):
    host.answers["ps"] = "/sbin/init\n/usr/bin/demo --serve\n"
    assert perform(service, {"name": "demo", "state": "started", "pattern": "demo --serve"})["changes"] == []
    host.answers["/etc/init.d/demo status"] = (64, "usage: demo start|stop")
    assert "name a pattern" in perform(service, {"name": "demo", "state": "started"})["msg"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "other", "state": "started"}, "no init script /etc/init.d/other"),
        ({"name": "demo", "masked": True}, "for systemd"),
        ({"name": "demo", "runlevel": "boot"}, "only `default`"),
    ],
)
def test_what_is_not_handled_is_said(host, arguments, words):
    assert words in perform(service, arguments)["msg"]


def test_a_host_without_a_tool_to_enable_services(host, monkeypatch):
    monkeypatch.setattr(module, "which", lambda name: False)
    assert "neither update-rc.d nor chkconfig" in perform(service, {"name": "demo", "enabled": False})["msg"]
    monkeypatch.setattr(module, "which", lambda name: name == "chkconfig")
    host.answers["chkconfig"] = ""
    assert perform(service, {"name": "demo", "enabled": False})["changes"] == ["chkconfig demo off"]
