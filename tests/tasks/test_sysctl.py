"""What the cases in cases/sysctl.yml cannot say: the running kernel."""

import pytest

from tasks import sysctl as module
from tasks.sysctl import sysctl
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def kernel(monkeypatch):
    """A running kernel with one parameter; keeps what is set."""
    values = {"net.a": "0"}
    monkeypatch.setattr(module, "live", values.get)
    monkeypatch.setattr(module, "set_live", lambda name, value, ignoreerrors: values.update({name: value}))
    return values


def test_the_running_kernel_is_set_when_it_differs(kernel, tmp_path):
    arguments = {"name": "net.a", "value": "1", "sysctl_set": True, "sysctl_file": str(tmp_path / "f"), "reload": False}
    result = perform(sysctl, arguments)
    assert result["changes"] == ["set net.a to 1", "create %s" % (tmp_path / "f")]
    assert result["diff"][0] == ("0", "1") and kernel["net.a"] == "1"
    assert perform(sysctl, arguments)["changes"] == []


def test_the_running_kernel_is_left_alone_unless_asked(kernel, tmp_path):
    perform(sysctl, {"name": "net.a", "value": "1", "sysctl_file": str(tmp_path / "f"), "reload": False})
    assert kernel["net.a"] == "0"


def test_a_changed_file_is_taken_over_whole(monkeypatch, tmp_path):
    path = str(tmp_path / "f")
    host = Host({"sysctl": ""}).install(monkeypatch)
    perform(sysctl, {"name": "net.a", "value": "1", "sysctl_file": path})
    perform(sysctl, {"name": "net.a", "value": "1", "sysctl_file": path})
    perform(sysctl, {"name": "net.a", "value": "2", "sysctl_file": path, "ignoreerrors": True})
    assert host.ran == ["sysctl -p " + path, "sysctl -e -p " + path]


def test_a_kernel_that_objects_to_the_file_fails_the_task(monkeypatch, tmp_path):
    Host({"sysctl": (255, "", "sysctl: cannot stat /proc/sys/net/a: No such file or directory")}).install(monkeypatch)
    arguments = {"name": "net.a", "value": "1", "sysctl_file": str(tmp_path / "f")}
    assert "cannot stat" in perform(sysctl, arguments)["msg"]
    (tmp_path / "f").unlink()
    assert not perform(sysctl, dict(arguments, ignoreerrors=True))["failed"]


def test_a_parameter_that_the_kernel_does_not_have(tmp_path):
    arguments = {
        "name": "net.no.such",
        "value": "1",
        "sysctl_set": True,
        "sysctl_file": str(tmp_path / "f"),
        "reload": False,
    }
    assert "the kernel does not take net.no.such = 1" in perform(sysctl, arguments)["msg"]
    assert not perform(sysctl, dict(arguments, ignoreerrors=True))["failed"]


def test_a_real_parameter_is_read():
    assert module.live("kernel.ostype") == "Linux"
    assert module.live("net.no.such") is None
