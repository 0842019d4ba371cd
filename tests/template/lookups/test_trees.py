"""What is in a directory of the controller."""

import os
import socket

import pytest

from muster.template.lookups import run_lookup
from tests.template.fake import ENGINE, Fake


@pytest.fixture
def variables(tmp_path):
    for path in ("role/files/web/etc/nginx.conf", "role/files/web/empty", "play/files/web/other",
                 "role/files/more/etc/b"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("text")
    (tmp_path / "role/files/web/link").symlink_to("etc/nginx.conf")
    return Fake(paths=[str(tmp_path / "role/files"), str(tmp_path / "play/files")])


def test_a_tree_tells_directories_before_what_is_in_them(variables, tmp_path):
    found = run_lookup("filetree", ["web/"], variables)
    assert [(each["path"], each["state"]) for each in found] == [
        ("etc", "directory"), ("empty", "file"), ("link", "link"), ("etc/nginx.conf", "file")]
    assert variables.settled == 1
    known = os.stat(tmp_path / "role/files/web/empty")
    file = found[1]
    assert file["root"] == str(tmp_path / "role/files/web") and file["src"] == str(tmp_path / "role/files/web/empty")
    assert (file["size"], file["mode"], file["mtime"], file["uid"]) == (4, f"0{known.st_mode & 0o7777:03o}",
                                                                       known.st_mtime, known.st_uid)
    assert found[2]["src"] == "etc/nginx.conf" and "src" not in found[0]


def test_of_a_path_in_several_trees_the_first_counts_and_what_is_no_file_is_left_out(variables, tmp_path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(tmp_path / "role/files/more/socket"))
        found = ENGINE.evaluate("query('community.general.filetree', 'web', 'more', 'none')", variables)
    assert [each["path"] for each in found] == ["etc", "empty", "link", "etc/nginx.conf", "etc/b"]
    assert found[0]["root"].endswith("web")
