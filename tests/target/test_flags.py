"""Attributes of files, on a host whose lsattr is a script."""

import pytest

from muster.target import flags
from muster.target.task import Failure
from tasks.copy import copy
from tasks.file import file
from tasks.replace import replace
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.mark.parametrize(("wanted", "changes"), [
    ("+i", ["chattr +i"]), ("+a", []), ("-a", ["chattr -a"]), ("-i", []), ("=a", []), ("a", []),
    ("i", ["chattr =i"]), ("=", ["chattr ="]), ("", []), (None, [])])
def test_only_what_differs_is_a_change(tmp_path, monkeypatch, wanted, changes):
    Host({"lsattr": f"-----a--------e------- {tmp_path}\n"}).install(monkeypatch)
    assert [change.what for change in flags.flag(str(tmp_path), wanted)] == [f"{each} {tmp_path}" for each in changes]


def test_a_file_that_is_not_there_yet_is_not_asked_about(tmp_path, monkeypatch):
    Host({}).install(monkeypatch)
    assert list(flags.flag(str(tmp_path / "none"), "+i")) == []


def test_a_file_system_without_attributes_is_told(tmp_path, monkeypatch):
    Host({"lsattr": (1, "", "lsattr: Operation not supported")}).install(monkeypatch)
    with pytest.raises(Failure, match="cannot be read: lsattr: Operation not supported"):
        list(flags.flag(str(tmp_path), "+i"))


@pytest.mark.parametrize(("task", "arguments"), [
    (file, {"path": "{}"}), (replace, {"path": "{}", "regexp": "x"}), (copy, {"dest": "{}", "content": b""})])
def test_task_types_that_make_files_set_them_last(tmp_path, monkeypatch, task, arguments):
    path = tmp_path / "file"
    path.write_text("")
    host = Host({"lsattr": f"--------------e------- {path}\n", "chattr": ""}).install(monkeypatch)
    given = {name: str(path) if value == "{}" else value for name, value in arguments.items()}
    assert perform(task, {**given, "attributes": "+i"})["changes"] == [f"chattr +i {path}"]
    assert host.changed_with("chattr") == [f"chattr +i {path}"]
