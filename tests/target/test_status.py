import os

from muster.target.status import facts, owned


def test_what_is_not_there_is_absent(tmp_path):
    assert owned(str(tmp_path / "none")) == {"state": "absent"}


def test_a_path_says_whose_it_is_and_what(tmp_path):
    (tmp_path / "file").write_text("hello")
    (tmp_path / "file").chmod(0o640)
    seen = owned(str(tmp_path / "file"))
    assert (seen["state"], seen["mode"], seen["size"], seen["uid"]) == ("file", "0640", 5, os.getuid())
    assert set(seen) == {"state", "mode", "size", "uid", "gid", "owner", "group"}


def test_kinds_have_their_words(tmp_path):
    (tmp_path / "file").write_text("")
    os.link(tmp_path / "file", tmp_path / "other")
    os.symlink("file", tmp_path / "link")
    assert owned(str(tmp_path))["state"] == "directory"
    assert owned(str(tmp_path / "file"))["state"] == "hard"
    assert owned(str(tmp_path / "link"), follow=False)["state"] == "link"
    assert owned(str(tmp_path / "link"))["state"] == "hard"


def test_an_owner_without_a_name_is_a_number():
    entry = os.stat_result((0o100644, 0, 0, 1, 54321, 54322, 0, 0, 0, 0))
    assert (facts(entry)["pw_name"], facts(entry)["gr_name"]) == ("54321", "54322")


def test_each_permission_has_its_word():
    entry = facts(os.stat_result((0o102751, 0, 0, 1, 0, 0, 0, 0, 0, 0)))
    granted = {name for name in entry if len(name) == 4 and name[1:] in ("usr", "grp", "oth") and entry[name]}
    assert granted == {"rusr", "wusr", "xusr", "rgrp", "xgrp", "xoth"}
    assert (entry["isgid"], entry["isuid"], entry["mode"]) == (True, False, "2751")
