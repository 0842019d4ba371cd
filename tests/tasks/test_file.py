"""What the cases in cases/file.yml cannot say: times, owners, links in check mode."""

import os
import time

import pytest

from tasks.file import file
from tests.tasks.harness import perform

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def test_a_touched_file_gets_the_present_time(tmp_path):
    path = tmp_path / "file"
    path.write_text("kept")
    os.utime(path, (1000, 1000))
    perform(file, {"path": str(path), "state": "touch"})
    assert abs(path.stat().st_mtime - time.time()) < 5
    assert abs(path.stat().st_atime - time.time()) < 5


def test_one_time_may_be_set_and_the_other_kept(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    os.utime(path, (1000, 2000))
    perform(file, {"path": str(path), "modification_time": "200109090146.40"})
    assert path.stat().st_mtime == time.mktime((2001, 9, 9, 1, 46, 40, 0, 0, -1))
    assert path.stat().st_atime == 1000


def test_both_times_are_set(tmp_path):
    path = str(tmp_path / "file")
    times = {"modification_time": "200109090146.40", "access_time": "200209090146.40"}
    perform(file, dict(times, path=path, state="touch"))
    have = os.stat(path)
    assert time.localtime(have.st_mtime)[:6] == (2001, 9, 9, 1, 46, 40)
    assert time.localtime(have.st_atime)[:6] == (2002, 9, 9, 1, 46, 40)


def test_check_mode_trusts_an_earlier_task_to_make_what_a_link_points_to(tmp_path):
    result = perform(file, {"path": str(tmp_path / "a"), "src": "real", "state": "link"}, check=True)
    assert result["changes"] == [f"link {tmp_path}/a to real"]
    assert "does not exist yet" in result["warnings"][0]


def test_an_unknown_owner_is_named(tmp_path):
    result = perform(file, {"path": str(tmp_path), "owner": "nobody-here"})
    assert result["failed"] and result["msg"] == "no user is called nobody-here"


def test_check_mode_trusts_an_earlier_task_to_make_the_owner(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("")
    arguments = {"path": str(tmp_path), "recurse": True, "owner": "nobody-here"}
    result = perform(file, arguments, check=True)
    assert not result["failed"] and len(result["changes"]) == 3
    assert result["changes"][0].startswith(f"give {tmp_path} to nobody-here:")
    assert result["warnings"] == ["no user is called nobody-here yet"]


@root_only
def test_owner_and_group_are_given(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    arguments = {"path": str(path), "owner": "nobody", "group": "12345"}
    result = perform(file, arguments)
    assert (result["owner"], result["gid"], result["changed"]) == ("nobody", 12345, True)
    assert path.stat().st_gid == 12345
    assert not perform(file, arguments)["changed"]


@root_only
def test_a_link_that_is_not_followed_gets_the_owner_itself(tmp_path):
    (tmp_path / "real").write_text("")
    arguments = {"path": str(tmp_path / "a"), "src": "real", "state": "link", "owner": "nobody", "follow": False}
    foretold = perform(file, arguments, check=True)
    result = perform(file, arguments)
    assert foretold["changes"] == result["changes"] == [f"link {tmp_path}/a to real"]
    assert result["owner"] == "nobody"
    assert (tmp_path / "real").stat().st_uid == 0
    assert not perform(file, arguments)["changed"]


@root_only
def test_every_directory_that_is_made_gets_the_owner(tmp_path):
    perform(file, {"path": str(tmp_path / "a" / "b"), "state": "directory", "owner": "nobody"})
    assert (tmp_path / "a").owner() == (tmp_path / "a" / "b").owner() == "nobody"
