"""Attributes of files, on a host whose lsattr is a script."""

import pytest

from muster.target import flags
from muster.target.task import Failure
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
