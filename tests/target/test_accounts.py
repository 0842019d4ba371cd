"""Users and groups, on files made for it."""

import pwd

import pytest

from muster.target import accounts
from muster.target.task import Failure


def test_a_user_is_found_by_name():
    assert accounts.find("root").pw_uid == 0
    assert accounts.find("root", local=True).pw_uid == 0
    assert accounts.find("nobody-of-this-name") is None


def test_only_those_of_the_file_are_local(tmp_path, monkeypatch):
    (tmp_path / "passwd").write_text("a:x:1:1::/:/bin/sh\nb:x:2:2::/:/bin/sh\n")
    monkeypatch.setattr(accounts, "PASSWD", str(tmp_path / "passwd"))
    assert accounts.local_names() == {"a", "b"}
    assert accounts.find("root", local=True) is None


def test_the_id_of_a_group_may_be_that_of_the_file_alone(tmp_path, monkeypatch):
    (tmp_path / "group").write_text("root:x:0:\ndeploy:x:2000:a,b\n")
    monkeypatch.setattr(accounts, "GROUP", str(tmp_path / "group"))
    assert accounts.gid_of("deploy", True) == 2000
    assert accounts.gid_of("other", True) is None
    assert accounts.gid_of("root") == 0 and accounts.gid_of("nobody-of-this-name") is None


def test_what_login_defs_says_may_be_said_otherwise():
    assert accounts.settings(False, GID_MIN=2000, GID_MAX=None) == ["-K", "GID_MIN=2000"]
    assert accounts.settings(True, GID_MIN=None) == []
    with pytest.raises(Failure, match="gid_min cannot go with local"):
        accounts.settings(True, GID_MIN=2000)


def test_libuser_serves_only_what_is_local(monkeypatch):
    monkeypatch.setattr(accounts, "which", lambda name: "/usr/sbin/" + name)
    assert accounts.has_libuser(True) and not accounts.has_libuser(False)


def test_groups_go_by_name_or_id():
    assert accounts.group_exists("root") and accounts.group_exists("0")
    assert not accounts.group_exists("nobody-of-this-name") and not accounts.group_exists("987654")
    assert accounts.names(["0", "root"]) == {"root"}
    assert accounts.group_name(987654) == "987654"


def test_the_primary_group_is_not_among_the_others():
    assert "root" not in accounts.groups_of(pwd.getpwnam("root"))
