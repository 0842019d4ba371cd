"""pending_updates puts together what muster.target.pending and muster.target.restarts find."""

import pytest

from muster.target.pending import Pending, Update
from tasks import pending_updates as module
from tasks.pending_updates import pending_updates
from tests.tasks.harness import perform


@pytest.fixture
def found(monkeypatch):
    pending = Pending()
    pending.updates = [
        Update("a", "1", "2", True, "2"),
        Update("b", "1", "2", True, "2", pinned=True),
        Update("c", "1", "2", False),
        Update("d", "1", "2", None),
    ]
    pending.age = 7
    monkeypatch.setattr(module, "package_manager", lambda: "dnf")
    monkeypatch.setattr(
        module.look,
        "on_dnf",
        lambda valid, timeout, release: asked.update(valid=valid, timeout=timeout, release=release) or pending,
    )
    monkeypatch.setattr(module, "reboot_needed", lambda manager: (True, "told by " + manager))
    monkeypatch.setattr(module, "services", lambda: ["nginx.service"])
    return pending


asked = {}


def test_the_numbers_and_the_sentence(found):
    result = perform(pending_updates, {"releasever": "latest", "cache_valid_time": 60})
    assert (result["security"], result["available"], result["pinned_security"]) == (2, 4, 1)
    assert result["summary"] == "2 package(s) needed for security, out of 4 available"
    assert result["known"] and result["unknown"] == [] and result["metadata_age"] == 7
    assert [each["security"] for each in result["packages"]] == [True, True, False, None]
    assert asked == {"valid": 60, "timeout": 60, "release": "latest"}


def test_what_must_be_restarted(found):
    result = perform(pending_updates, {})
    assert (result["reboot_needed"], result["reboot_reason"]) == (True, "told by dnf")
    assert result["services_to_restart"] == ["nginx.service"]


def test_not_knowing_stands_in_the_sentence(found):
    found.updates, found.unknown = [], ["the repository x does not answer"]
    result = perform(pending_updates, {})
    assert not result["known"] and not result["failed"]
    assert (
        result["summary"] == "0 package(s) needed for security, out of 0 available; unknown: the repository x does "
        "not answer"
    )


def test_debian_is_asked_through_apt(found, monkeypatch):
    monkeypatch.setattr(module, "package_manager", lambda: "apt")
    monkeypatch.setattr(module.look, "on_apt", lambda valid, timeout: found)
    assert perform(pending_updates, {})["package_manager"] == "apt"


def test_it_alters_nothing(found):
    assert perform(pending_updates, {}, check=True)["security"] == 2
    assert pending_updates.task["reads"]


def test_a_package_manager_nobody_handles(monkeypatch):
    monkeypatch.setattr(module, "package_manager", lambda: "pacman")
    assert "not for pacman" in perform(pending_updates, {})["msg"]
