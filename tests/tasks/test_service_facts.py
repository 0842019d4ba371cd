"""Facts about services, as systemctl lists them."""

from tasks import service_facts as module
from tasks.service_facts import service_facts
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

UNITS = """\
cron.service    loaded    active   running Regular background program processing daemon
setup.service   loaded    active   exited  Sets up
\u25cf gone.service   not-found inactive dead    gone.service
\u25cf bad.service    loaded    failed   failed  Bad
"""
FILES = "cron.service enabled enabled\nbad.service static -\nidle.service disabled enabled\n"


def test_services_with_state_and_status(monkeypatch):
    monkeypatch.setattr(module, "service_manager", lambda: "systemd")
    Host({"systemctl list-units": UNITS, "systemctl list-unit-files": FILES}).install(monkeypatch)
    services = perform(service_facts, {})["ansible_facts"]["services"]
    assert {name: (each["state"], each["status"]) for name, each in services.items()} == {
        "cron.service": ("running", "enabled"),
        "setup.service": ("stopped", "unknown"),
        "gone.service": ("stopped", "not-found"),
        "bad.service": ("failed", "static"),
        "idle.service": ("inactive", "disabled"),
    }
    assert services["cron.service"]["source"] == "systemd"


def test_without_systemd_the_table_is_empty(monkeypatch):
    monkeypatch.setattr(module, "service_manager", lambda: "openrc")
    assert perform(service_facts, {})["ansible_facts"] == {"services": {}}
