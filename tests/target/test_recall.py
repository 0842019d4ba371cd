"""What was read is read again only when a file has changed."""

import os

import pytest

from muster.target import recall as module
from muster.target.agent import carry_out
from muster.target.recall import look_again, recall
from muster.target.system import capture
from muster.target.task import Change, task


@pytest.fixture
def read(monkeypatch):
    """A function that gives another number at each call."""
    monkeypatch.setattr(module, "KEPT", {})
    monkeypatch.setattr(module, "STAMPS", {})
    numbers = iter(range(100))
    return lambda: next(numbers)


def test_it_is_read_once_while_the_files_stay(read, tmp_path):
    (tmp_path / "database").write_text("one")
    files = [str(tmp_path / "database"), str(tmp_path / "log")]
    assert [recall("packages", files, read) for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("alter", [
    lambda place: (place / "database").write_text("longer"),
    lambda place: os.utime(place / "database", ns=(1, 1)),
    lambda place: os.replace(place / "other", place / "database"),
    lambda place: (place / "log").write_text("new"),
    lambda place: (place / "database").unlink(),
], ids=["size", "time", "another file", "another file beside it", "gone"])
def test_it_is_read_again_when_a_file_is_another(read, tmp_path, alter):
    for name in ("database", "other"):
        (tmp_path / name).write_text("one")
        os.utime(tmp_path / name, ns=(7, 7))
    files = [str(tmp_path / "database"), str(tmp_path / "log")]
    recall("packages", files, read)
    alter(tmp_path)
    look_again()
    assert recall("packages", files, read) == 1


def test_without_files_nothing_is_kept(read, tmp_path):
    assert [recall("packages", [str(tmp_path / "none")], read) for _ in range(2)] == [0, 1]


def test_different_things_are_kept_apart(read, tmp_path):
    (tmp_path / "database").write_text("one")
    assert [recall(what, [str(tmp_path / "database")], read) for what in ("a", "b", "a")] == [0, 1, 0]


def test_a_task_sees_what_its_own_changes_and_the_tasks_before_it_did(read, tmp_path):
    database = tmp_path / "database"
    database.write_text("one")

    @task
    def install():
        seen = [recall("packages", [str(database)], read)]
        yield Change("install", lambda: database.write_text("another"))
        return {"seen": [*seen, recall("packages", [str(database)], read)]}

    assert carry_out(install, {})[0]["seen"] == [0, 1]
    database.write_text("from elsewhere")
    assert carry_out(install, {})[0]["seen"] == [2, 3]


def test_what_a_command_altered_is_seen_within_the_same_change(read, tmp_path):
    database = tmp_path / "database"
    database.write_text("one")

    @task
    def install():
        def do():
            seen = recall("packages", [str(database)], read)
            capture("sh", "-c", "echo another >> %s" % database)
            return [seen, recall("packages", [str(database)], read)]

        return {"seen": (yield Change("install", do))}

    assert carry_out(install, {})[0]["seen"] == [0, 1]
