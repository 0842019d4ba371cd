"""zypper in check mode. All else is in cases/zypper.yml."""

from tasks.zypper import zypper
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


def test_check_mode_does_not_fail_for_a_repository_that_is_still_to_come(monkeypatch):
    Host({"zypper": (104, "<stream><message type='error'>No provider of 'x' found.</message></stream>"),
          "rpm -qa": "a\tnoarch\t1-1\n"}).install(monkeypatch)
    result = perform(zypper, {"name": ["x"], "state": "latest"}, check=True)
    assert result["changed"] and "No provider of 'x'" in result["warnings"][0]
    assert perform(zypper, {"name": ["x"], "state": "latest"})["msg"] == "No provider of 'x' found."
