import os
import time

import pytest

from tasks.find import find, quantity
from tests.tasks.harness import perform, plant

TREE = {
    "a.log": "one\nerror: two\n", "b.log": {"content": "x" * 2048}, "c.txt": "error", ".hidden": "",
    "link": {"link": "a.log"}, "sub/d.log": "", "sub/deep/e.log": "", ".git/config": "",
}


@pytest.fixture
def tree(tmp_path):
    plant(tmp_path, TREE)
    return tmp_path


def names(tree, **arguments):
    result = perform(find, dict({"paths": [str(tree)]}, **arguments))
    assert not result["failed"], result
    assert not result["changed"] and result["matched"] == len(result["files"])
    return [os.path.relpath(each["path"], str(tree)) for each in result["files"]]


# Arguments, and the paths that are found with them.
CASES = [
    ({}, ["a.log", "b.log", "c.txt"]),
    ({"patterns": ["*.log"]}, ["a.log", "b.log"]),
    ({"patterns": ["*.txt", "a*"]}, ["a.log", "c.txt"]),
    ({"patterns": ["*.log"], "excludes": ["b*"]}, ["a.log"]),
    ({"patterns": ["^[ab]"], "use_regex": True}, ["a.log", "b.log"]),
    ({"patterns": ["log"], "use_regex": True}, []),
    ({"hidden": True}, [".hidden", "a.log", "b.log", "c.txt"]),
    ({"file_type": "directory"}, ["sub"]),
    ({"file_type": "directory", "hidden": True, "recurse": True}, [".git", "sub", "sub/deep"]),
    ({"file_type": "link"}, ["link"]),
    ({"file_type": "any"}, ["a.log", "b.log", "c.txt", "link", "sub"]),
    ({"recurse": True, "patterns": ["*.log"]}, ["a.log", "b.log", "sub/d.log", "sub/deep/e.log"]),
    # A directory that is hidden is gone into all the same, as Ansible does.
    ({"recurse": True, "patterns": ["config"]}, [".git/config"]),
    ({"recurse": True, "depth": 1, "patterns": ["*.log"]}, ["a.log", "b.log"]),
    ({"recurse": True, "depth": 2, "patterns": ["*.log"]}, ["a.log", "b.log", "sub/d.log"]),
    ({"contains": "error"}, ["a.log", "c.txt"]),
    ({"contains": "two"}, []),
    ({"contains": ".*two$"}, ["a.log"]),
    ({"contains": "one\nerror", "read_whole_file": True}, ["a.log"]),
    ({"contains": "two", "read_whole_file": True}, ["a.log"]),
    ({"size": "2k"}, ["b.log"]),
    ({"size": "-15"}, ["a.log", "c.txt"]),
    ({"size": "1g"}, []),
    ({"limit": 2}, ["a.log", "b.log"]),
]


@pytest.mark.parametrize(("arguments", "expected"), CASES, ids=[str(arguments) for arguments, _ in CASES])
def test_found(tree, arguments, expected):
    assert names(tree, **arguments) == expected


@pytest.mark.parametrize(("age", "expected"), [
    ("2d", ["old"]), ("-2d", ["new"]), ("1w", []), ("0", ["new", "old"]), ("259200", ["old"]), ("-4d", ["new", "old"]),
])
def test_age_is_at_least_or_with_a_minus_at_most(tmp_path, age, expected):
    plant(tmp_path, {"new": {"time": time.time() - 60}, "old": {"time": time.time() - 3 * 86400 - 60}})
    assert names(tmp_path, age=age) == expected


def test_age_may_be_that_of_the_last_access(tmp_path):
    (tmp_path / "file").write_text("")
    os.utime(tmp_path / "file", (1000, time.time()))
    assert names(tmp_path, age="1d") == []
    assert names(tmp_path, age="1d", age_stamp="atime") == ["file"]


def test_links_to_directories_are_gone_into_when_asked(tmp_path):
    plant(tmp_path, {"real/file": "", "top/link": {"link": "../real"}})
    assert names(tmp_path / "top", recurse=True) == []
    assert names(tmp_path / "top", recurse=True, follow=True) == ["link/file"]


def test_each_file_is_told_in_full(tree):
    result = perform(find, {"paths": [str(tree)], "patterns": ["c.txt"], "get_checksum": True})
    (file,) = result["files"]
    assert (file["mode"], file["size"], file["isreg"], file["uid"]) == ("0644", 5, True, os.getuid())
    assert file["checksum"] == "11f9578d05e6f7bb58a3cdd00107e9f4e3882671"
    assert {"mtime", "atime", "ctime", "pw_name", "gr_name", "gid", "inode", "nlink", "rusr", "woth"} <= set(file)
    assert result["examined"] == 7


def test_the_checksum_may_be_another(tree):
    result = perform(find, {"paths": [str(tree)], "patterns": [".hidden"], "hidden": True, "get_checksum": True,
                            "checksum_algorithm": "md5"})
    assert result["files"][0]["checksum"] == "d41d8cd98f00b204e9800998ecf8427e"


def test_a_link_says_where_it_leads(tree):
    (link,) = perform(find, {"paths": [str(tree)], "file_type": "link"})["files"]
    assert link["lnk_source"] == str(tree / "a.log")


def test_what_is_no_directory_is_skipped_and_named(tree):
    result = perform(find, {"paths": [str(tree / "none"), str(tree / "sub")]})
    assert result["skipped_paths"] == {str(tree / "none"): f"{tree}/none is not a directory"}
    assert result["matched"] == 1 and result["msg"] == "Not all paths examined"


def test_a_depth_without_recurse_is_warned_of(tree):
    result = perform(find, {"paths": [str(tree)], "depth": 3})
    assert result["warnings"] == ["depth: 3 has no effect without recurse: yes"]
    assert result["matched"] == 3


@pytest.mark.parametrize("arguments", [
    {"age": "soon"}, {"size": "big"}, {"contains": "(a"}, {"patterns": ["(a"], "use_regex": True},
])
def test_arguments_that_mean_nothing_are_refused(tree, arguments):
    result = perform(find, dict(arguments, paths=[str(tree)]))
    assert result["failed"] and next(iter(arguments.values()))[0] in result["msg"]


def test_quantities_have_units():
    assert quantity("-2d", {"s": 1, "d": 86400}, "age") == -172800
    assert quantity("30", {"s": 1, "d": 86400}, "age") == 30
    assert quantity("2days", {"s": 1, "d": 86400}, "age") == 172800
