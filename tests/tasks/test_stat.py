"""stat, where cases/stat.yml cannot say it."""

import getpass
import os
import socket

from tasks.stat import stat
from tests.tasks.harness import perform

# Keys that playbooks read, as the documentation of Ansible's module lists them.
KEYS = """atime block_size blocks checksum ctime dev device_type executable exists gid gr_name inode isblk ischr isdir
isfifo isgid islnk isreg issock isuid mode mtime nlink path pw_name readable rgrp roth rusr size uid wgrp woth writeable
wusr xgrp xoth xusr""".split()


def look(path):
    return perform(stat, {"path": str(path)})["stat"]


def test_a_file_is_told_in_full(tmp_path):
    (tmp_path / "file").write_text("hello\n")
    os.utime(tmp_path / "file", (1000, 2000.5))
    seen = look(tmp_path / "file")
    assert sorted(seen) == KEYS
    assert (seen["atime"], seen["mtime"]) == (1000, 2000.5)
    assert (seen["uid"], seen["pw_name"]) == (os.getuid(), getpass.getuser())


def test_directories_pipes_and_sockets_are_told_apart(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # The path of a socket may not be long.
        server.bind("socket")
    assert look(tmp_path)["isdir"]
    assert look(tmp_path / "pipe")["isfifo"]
    assert look(tmp_path / "socket")["issock"]
    assert look("/dev/null")["ischr"]
