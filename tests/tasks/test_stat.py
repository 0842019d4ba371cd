import getpass
import hashlib
import os
import shutil
import socket

import pytest

from muster.target.system import Outcome
from tasks.stat import stat
from tests.tasks.harness import perform

# Keys that playbooks read, as the documentation of Ansible's module lists them.
KEYS = """atime block_size blocks ctime dev device_type executable exists gid gr_name inode isblk ischr isdir isfifo
isgid islnk isreg issock isuid mode mtime nlink path pw_name readable rgrp roth rusr size uid wgrp woth writeable wusr
xgrp xoth xusr""".split()


def look(path, **arguments):
    result = perform(stat, dict(arguments, path=str(path)))
    assert not result["changed"]
    return result["stat"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_text("hello\n")
    path.chmod(0o4750)
    os.utime(path, (1000, 2000.5))
    return path


def test_a_path_that_is_not_there_has_no_other_keys(tmp_path):
    assert look(tmp_path / "none") == {"exists": False}
    (tmp_path / "file").write_text("")
    assert look(tmp_path / "file" / "below") == {"exists": False}


def test_a_file_is_told_in_full(file):
    seen = look(file)
    assert sorted(seen) == sorted([*KEYS, "checksum"])
    assert seen["exists"] and seen["isreg"] and seen["isuid"]
    assert not any(seen[key] for key in ("isdir", "islnk", "isblk", "ischr", "isfifo", "issock", "isgid"))
    assert (seen["mode"], seen["size"], seen["path"]) == ("4750", 6, str(file))
    assert (seen["atime"], seen["mtime"]) == (1000, 2000.5)
    assert (seen["uid"], seen["pw_name"]) == (os.getuid(), getpass.getuser())
    assert [seen[key] for key in ("rusr", "wusr", "xusr", "rgrp", "wgrp", "xgrp", "roth", "woth", "xoth")] == [
        True, True, True, True, False, True, False, False, False]
    assert seen["checksum"] == hashlib.sha1(b"hello\n").hexdigest()


@pytest.mark.parametrize("algorithm", ["md5", "sha256", "sha512"])
def test_the_checksum_may_be_another(file, algorithm):
    assert look(file, checksum_algorithm=algorithm)["checksum"] == hashlib.new(algorithm, b"hello\n").hexdigest()


def test_the_checksum_may_be_left_out(file):
    assert "checksum" not in look(file, get_checksum=False)


def test_a_link_is_told_as_a_link(file):
    link = file.with_name("link")
    link.symlink_to("file")
    seen = look(link)
    assert seen["islnk"] and not seen["isreg"] and "checksum" not in seen
    assert (seen["lnk_source"], seen["lnk_target"]) == (str(file), "file")


def test_a_link_that_is_followed_is_told_as_what_it_points_to(file):
    link = file.with_name("link")
    link.symlink_to("file")
    seen = look(link, follow=True)
    assert seen["isreg"] and not seen["islnk"] and seen["checksum"]
    assert "lnk_source" not in seen


def test_a_link_to_nothing_exists_unless_it_is_followed(tmp_path):
    (tmp_path / "link").symlink_to("nothing")
    assert look(tmp_path / "link")["islnk"]
    assert not look(tmp_path / "link", follow=True)["exists"]


def test_directories_pipes_and_sockets_are_told_apart(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # The path of a socket may not be long.
        server.bind("socket")
    assert look(tmp_path)["isdir"]
    assert look(tmp_path / "pipe")["isfifo"]
    assert look(tmp_path / "socket")["issock"]
    assert look("/dev/null")["ischr"]


@pytest.mark.skipif(not shutil.which("file"), reason="needs file(1)")
def test_the_kind_of_content_is_told_when_asked_for(file):
    seen = look(file, get_mime=True)
    assert (seen["mimetype"], seen["charset"]) == ("text/plain", "us-ascii")


def test_the_kind_of_content_is_unknown_without_the_program_for_it(file, monkeypatch):
    monkeypatch.setattr("tasks.stat.capture", lambda *argv: Outcome(argv, 127))
    assert look(file, get_mime=True)["mimetype"] == "unknown"


def test_attributes_of_the_file_system_are_told_when_asked_for(file, monkeypatch):
    monkeypatch.setattr("tasks.stat.capture", lambda *argv: Outcome(argv, 0, f"12345 ----i---e------- {argv[-1]}\n"))
    seen = look(file, get_attributes=True)
    assert (seen["attr_flags"], seen["attributes"], seen["version"]) == ("ie", ["immutable", "extents"], "12345")


def test_attributes_are_none_where_there_are_none(tmp_path):
    (tmp_path / "link").symlink_to("nothing")
    seen = look(tmp_path / "link", get_attributes=True)
    assert (seen["attr_flags"], seen["attributes"], seen["version"]) == ("", [], None)
