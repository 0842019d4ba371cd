"""reboot only schedules: nothing here boots anything."""

import subprocess

import pytest

from tasks import reboot as module
from tasks.boot_id import boot_id
from tasks.reboot import reboot
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def root(monkeypatch):
    started = []
    monkeypatch.setattr(module.os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "Popen", lambda argv, **options: started.append((argv, options)))
    return started


def test_a_transient_unit_boots_the_host_where_systemd_runs(root, monkeypatch):
    monkeypatch.setattr(module.os.path, "isdir", lambda path: True)
    monkeypatch.setattr(module, "which", lambda name: name)
    host = Host({"systemd-run": ""}).install(monkeypatch)
    result = perform(reboot, {"msg": "new kernel", "delay": 3})
    assert result["changes"] == ["reboot in 3 seconds"] and root == []
    assert host.ran[0].startswith("systemd-run --quiet --collect") and host.ran[0].endswith("sh 3 new kernel shutdown")


def test_a_process_of_its_own_session_does_elsewhere(root, monkeypatch):
    monkeypatch.setattr(module.os.path, "isdir", lambda path: False)
    perform(reboot, {"delay": 1})
    ((argv, options),) = root
    assert argv[0] == "sh" and argv[-3:] == ["1", "Reboot initiated by muster", "shutdown"]
    assert options["start_new_session"]


def test_only_root_may(monkeypatch):
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    assert "only root" in perform(reboot, {})["msg"]


def test_check_mode_schedules_nothing(root, monkeypatch):
    Host({}).install(monkeypatch)
    assert perform(reboot, {}, check=True)["changes"] == ["reboot in 2 seconds"] and root == []


def test_the_boot_is_the_one_that_boot_id_tells(root, monkeypatch):
    assert perform(reboot, {}, check=True)["boot_id"] == perform(boot_id, {})["boot_id"]


def test_shutdown_is_looked_for_where_one_is_told(root, monkeypatch, tmp_path):
    monkeypatch.setattr(module.os.path, "isdir", lambda path: False)
    arguments = {"search_paths": [str(tmp_path / "none"), str(tmp_path)]}
    assert "shutdown is in none of these directories" in perform(reboot, arguments)["msg"] and root == []
    (tmp_path / "shutdown").write_text("#!/bin/sh\n")
    (tmp_path / "shutdown").chmod(0o755)
    perform(reboot, arguments)
    assert root[0][0][-1] == str(tmp_path / "shutdown")
