"""service: what cases cannot say, a host with no program that enables init scripts."""

import pytest

from tasks import service as module
from tasks.service import service
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def host(monkeypatch, tmp_path):
    """A host without systemd where `demo` is an init script."""
    (tmp_path / "demo").touch()
    monkeypatch.setattr(module, "service_manager", lambda: "sysvinit")
    monkeypatch.setattr(module, "SCRIPTS", f"{tmp_path}/")
    monkeypatch.setattr(module, "RUNLEVELS", (f"{tmp_path}/rc",))
    return Host({f"{tmp_path}/demo": ""}).install(monkeypatch)


def test_between_stop_and_start_it_sleeps_as_long_as_asked(host, monkeypatch):
    slept = []
    monkeypatch.setattr(module, "time", type("time", (), {"sleep": slept.append}))
    assert perform(service, {"name": "demo", "state": "restarted", "sleep": 1.5})["changed"] and slept == [1.5]


def test_check_mode_does_not_sleep(host, monkeypatch):
    monkeypatch.setattr(module, "time", type("time", (), {"sleep": lambda seconds: pytest.fail("it sleeps")}))
    assert len(perform(service, {"name": "demo", "state": "restarted", "sleep": 60}, check=True)["changes"]) == 2
