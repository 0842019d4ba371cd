"""Modules written for Ansible: that they are known, and where they are."""

import sys

import pytest

from muster.config import read_config
from muster.foreign import Foreign


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a function that makes an empty file; no directory of this machine's own is looked at."""
    monkeypatch.setattr(sys, "path", [])

    def make(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit")  # It is never executed.
        return str(path)

    return make


def foreign(tmp_path):
    """Return what is found for the playbooks in plays/, with directories of the test's own configured."""
    names = ("ANSIBLE_LIBRARY", "ANSIBLE_ACTION_PLUGINS", "ANSIBLE_COLLECTIONS_PATH")
    config = read_config({name: str(tmp_path / name) for name in names}, str(tmp_path))
    return Foreign([str(tmp_path / "plays")], config)


@pytest.mark.parametrize("file", [
    "plays/library/thing.py", "plays/library/thing.ps1", "plays/library/thing", "plays/action_plugins/thing.py",
    "ANSIBLE_LIBRARY/thing.py", "ANSIBLE_ACTION_PLUGINS/thing.py",
    "plays/collections/ansible_collections/my/own/plugins/modules/thing.py",
    "ANSIBLE_COLLECTIONS_PATH/ansible_collections/my/own/plugins/action/thing.py"])
def test_a_module_is_found_where_ansible_finds_it(tmp_path, place, file):
    path = place(file)
    assert foreign(tmp_path).find("thing") == path


@pytest.mark.parametrize("file", [
    "plays/library/thing.txt", "plays/library/__init__.py", "plays/thing.py", "roles/web/library/thing.py"])
def test_other_files_are_none(tmp_path, place, file):
    place(file)
    found = foreign(tmp_path)
    assert (found.find("thing"), found.find("__init__")) == (None, None)


def test_a_role_brings_its_own(tmp_path, place):
    path = place("roles/web/library/thing.py")
    found = foreign(tmp_path)
    found.learn(str(tmp_path / "roles/web"))
    assert found.find("thing") == path
