"""Modules written for Ansible: that they are known, and where they are."""

import sys

import pytest

from muster.foreign import Foreign


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a function that makes an empty file; no directory of this machine's own is looked at."""
    monkeypatch.setattr(sys, "path", [])
    for variable in ("ANSIBLE_LIBRARY", "ANSIBLE_ACTION_PLUGINS", "ANSIBLE_COLLECTIONS_PATH"):
        monkeypatch.setenv(variable, str(tmp_path / variable))

    def make(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit")  # It is never executed.
        return str(path)

    return make


@pytest.mark.parametrize("file", [
    "plays/library/thing.py", "plays/library/thing.ps1", "plays/library/thing", "plays/action_plugins/thing.py",
    "ANSIBLE_LIBRARY/thing.py", "ANSIBLE_ACTION_PLUGINS/thing.py",
    "plays/collections/ansible_collections/my/own/plugins/modules/thing.py",
    "ANSIBLE_COLLECTIONS_PATH/ansible_collections/my/own/plugins/action/thing.py"])
def test_a_module_is_found_where_ansible_finds_it(tmp_path, place, file):
    path = place(file)
    assert Foreign([str(tmp_path / "plays")]).find("thing") == path


@pytest.mark.parametrize("file", [
    "plays/library/thing.txt", "plays/library/__init__.py", "plays/thing.py", "roles/web/library/thing.py"])
def test_other_files_are_none(tmp_path, place, file):
    place(file)
    found = Foreign([str(tmp_path / "plays")])
    assert (found.find("thing"), found.find("__init__")) == (None, None)


def test_a_role_brings_its_own(tmp_path, place):
    path = place("roles/web/library/thing.py")
    found = Foreign([str(tmp_path / "plays")])
    found.learn(str(tmp_path / "roles/web"))
    assert found.find("thing") == path
