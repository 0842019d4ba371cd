"""service_facts, where cases/service_facts.yml cannot say it."""

from tasks import service_facts as module
from tasks.service_facts import service_facts
from tests.tasks.harness import perform


def test_without_systemd_the_table_is_empty(monkeypatch):
    monkeypatch.setattr(module, "service_manager", lambda: "openrc")
    assert perform(service_facts, {})["ansible_facts"] == {"services": {}}
