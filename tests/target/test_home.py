"""Home directories, of whoever runs the tests."""

import os
import pwd

import pytest

from muster.target import home
from muster.target.task import Failure

ME = pwd.getpwuid(os.getuid())


def test_a_home_is_a_copy_of_the_skeleton(tmp_path):
    (tmp_path / "skel" / "bin").mkdir(parents=True)
    (tmp_path / "skel" / ".profile").write_text("x")
    skeleton, path = str(tmp_path / "skel"), str(tmp_path / "home")
    (change,) = home.make_home(path, ME, skeleton, "027")
    assert set(change.paths()) == {path, f"{path}/bin", f"{path}/.profile"}
    change.do()
    assert (tmp_path / "home" / ".profile").read_text() == "x"
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o750
    assert list(home.make_home(path, ME)) == []


def test_without_a_skeleton_it_is_empty(tmp_path):
    (change,) = home.make_home(str(tmp_path / "a" / "home"), ME, str(tmp_path / "none"), "077")
    change.do()
    assert os.listdir(tmp_path / "a" / "home") == []


def test_a_home_that_cannot_be_made_fails(tmp_path):
    (tmp_path / "file").write_text("")
    (change,) = home.make_home(str(tmp_path / "file" / "home"), ME, str(tmp_path / "none"))
    with pytest.raises(Failure, match="cannot make the home directory .*: Not a directory"):
        change.do()


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("UMASK 077\n", "077"),
        ("UMASK 022\nHOME_MODE 0700\n", "077"),
        ("HOME_MODE 0750\n", "027"),
        ("# UMASK 027\n", "022"),
    ],
)
def test_the_mask_of_new_home_directories(tmp_path, monkeypatch, text, mask):
    (tmp_path / "login.defs").write_text(text)
    monkeypatch.setattr(home, "LOGIN_DEFS", str(tmp_path / "login.defs"))
    assert home.login_umask() == mask


def test_what_is_no_umask_is_told(tmp_path):
    with pytest.raises(Failure, match="'rwx' is no umask"):
        list(home.make_home(str(tmp_path / "home"), None, umask="rwx"))
