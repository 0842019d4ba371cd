"""What paths were comes back, whatever became of them; the cases of all task types try it too (tests/tasks/laws.py)."""

import os

import pytest

from muster.target.undo import Record
from tests.tasks.harness import plant, snapshot


@pytest.fixture
def place(tmp_path):
    """A directory with some of everything in it."""
    place = tmp_path / "place"
    plant(place, {"file": {"content": "old\n", "mode": "0640", "time": 1000}, "link": {"link": "file"},
                  "directory/inner": "in it\n", "empty/": None})
    os.mkfifo(place / "pipe")
    return place


@pytest.fixture
def record(tmp_path):
    return Record(str(tmp_path / "kept"))


def everything(place):
    return [str(place / name) for name in snapshot(place)]


def test_what_is_gone_comes_back_as_it_was(place, record):
    before = snapshot(place)
    record.keep(everything(place))
    for path in ("file", "link", "pipe", "directory/inner"):
        (place / path).unlink()
    (place / "directory").rmdir()
    (place / "empty").rmdir()
    record.restore()
    assert snapshot(place) == before


def test_what_was_not_there_goes(place, record):
    before = snapshot(place)
    record.keep([str(place / "new"), str(place / "new" / "file")])
    plant(place, {"new/file": "text"})
    record.restore()
    assert snapshot(place) == before


def test_a_directory_stays_when_somebody_else_put_something_in_it(place, record):
    record.keep([str(place / "new")])
    plant(place, {"new/other": "text"})
    record.restore()
    assert (place / "new" / "other").read_text() == "text"


def test_what_became_another_kind_of_thing_is_what_it_was(place, record):
    before = snapshot(place)
    record.keep(everything(place))
    (place / "file").unlink()
    (place / "file").mkdir()
    (place / "link").unlink()
    (place / "link").write_text("no link")
    (place / "empty").rmdir()
    (place / "empty").symlink_to("/nowhere")
    record.restore()
    assert snapshot(place) == before


def test_the_state_before_the_first_of_several_changes_counts(place, record):
    for text in ("one", "two"):
        record.keep([str(place / "file")])
        (place / "file").write_text(text)
    record.restore()
    assert (place / "file").read_text() == "old\n"


def test_another_process_can_take_it_back(place, record):
    record.keep([str(place / "file")])
    (place / "file").write_text("new")
    Record(record.directory).restore()
    assert (place / "file").read_text() == "old\n"


def test_a_file_whose_content_is_the_same_keeps_its_other_names(place, record):
    os.link(place / "file", place / "second")
    record.keep([str(place / "file")])
    (place / "file").chmod(0o600)
    record.restore()
    assert os.path.samefile(place / "file", place / "second") and (place / "file").stat().st_mode & 0o777 == 0o640


def test_extended_attributes_come_back(place, record):
    try:
        os.setxattr(place / "file", "user.one", b"1")
    except OSError:
        pytest.skip("this file system has no extended attributes of users")
    record.keep([str(place / "file")])
    os.removexattr(place / "file", "user.one")
    os.setxattr(place / "file", "user.two", b"2")
    record.restore()
    assert os.listxattr(place / "file") == ["user.one"]


def test_a_line_that_was_cut_off_is_of_a_change_that_never_began(place, record):
    record.keep([str(place / "file")])
    with open(record.log, "a") as log:
        log.write('{"path": "/et')
    (place / "file").write_text("new")
    record.restore()
    assert (place / "file").read_text() == "old\n"


def test_what_is_kept_is_private(place, record):
    record.keep([str(place / "file")])
    assert os.stat(record.directory).st_mode & 0o077 == 0
    assert {os.stat(os.path.join(record.directory, name)).st_mode & 0o077 for name in ("1",)} == {0}


def test_what_can_not_come_back_is_told_after_all_else_is_back(place, record):
    record.keep([str(place / "directory" / "inner"), str(place / "file")])
    (place / "directory" / "inner").unlink()
    (place / "directory").rmdir()
    (place / "file").write_text("new")
    with pytest.raises(FileNotFoundError, match="inner"):
        record.restore()
    assert (place / "file").read_text() == "old\n"
