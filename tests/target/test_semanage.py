"""semanage: what is asked of it, and where it cannot be asked."""

import pytest

from muster.target import semanage
from muster.target.task import Failure
from tests.tasks.scripted import Host


def test_empty_lines_are_left_out(monkeypatch):
    host = Host({"semanage": "\n/srv = /var\n\n"}).install(monkeypatch)
    assert semanage.listed("fcontext", "-C") == ["/srv = /var"] and host.ran == ["semanage fcontext -l -n -C"]


def test_a_change_may_wait_for_the_next_boot():
    assert semanage.change("port", ["-a", "80"]).what == "semanage port -a 80"
    assert semanage.change("port", ["-a", "80"], reload=False).what == "semanage port -N -a 80"


def test_a_host_without_selinux_is_told_so_unless_that_is_ignored(monkeypatch, tmp_path):
    monkeypatch.setattr(semanage, "ENFORCE", str(tmp_path / "none"))
    monkeypatch.setattr(semanage, "which", lambda name: "/usr/sbin/semanage")
    semanage.need_selinux(ignore=True)
    with pytest.raises(Failure, match="SELinux is disabled"):
        semanage.need_selinux()
