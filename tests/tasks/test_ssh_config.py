"""Files of users, who need a home for that; the rest is in the cases."""

import os
import pwd
import stat

import pytest

from tasks.ssh_config import ssh_config
from tests.tasks.harness import perform


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return the home of a user who is called jane, and is whoever runs this."""
    entry = pwd.getpwuid(os.getuid())
    jane = pwd.struct_passwd((entry.pw_name, "x", entry.pw_uid, entry.pw_gid, "", str(tmp_path), "/bin/sh"))
    known = pwd.getpwnam
    monkeypatch.setattr(pwd, "getpwnam", lambda name: jane if name == "jane" else known(name))
    return tmp_path


def test_the_file_of_a_user_is_readable_for_nobody_else(home):
    result = perform(ssh_config, {"user": "jane", "host": "db", "port": "22"})
    assert result["changes"] == [f"create the directory {home}/.ssh", f"create {home}/.ssh/config"]
    assert [stat.S_IMODE((home / path).stat().st_mode) for path in (".ssh", ".ssh/config")] == [0o700, 0o600]
    assert (home / ".ssh/config").read_text() == "Host db\n    Port 22\n"
    assert perform(ssh_config, {"user": "jane", "host": "db", "port": "22"})["changes"] == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_the_file_of_a_user_belongs_to_the_user(home):
    perform(ssh_config, {"user": "jane", "host": "db", "port": "22"})
    os.chown(home / ".ssh/config", 12345, 12345)
    assert len(perform(ssh_config, {"user": "jane", "host": "db", "port": "22"})["changes"]) == 1
    assert (home / ".ssh/config").stat().st_uid == os.getuid()


def test_in_check_mode_the_user_may_be_still_to_be_made():
    result = perform(ssh_config, {"user": "no-such-user", "host": "db"}, check=True)
    assert result["changed"] and result["warnings"] == ["no user is called no-such-user yet"]
