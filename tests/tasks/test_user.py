"""user, where cases/user.yml cannot say it."""

import shutil

import pytest

from tasks.user import user
from tests.tasks.accounts import Accounts
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def bob(tmp_path):
    """Have a user bob who belongs to whoever runs the tests; return his home directory."""
    accounts = Accounts(str(tmp_path / "etc"), {
        "passwd": f"bob:x:UID:GID::{tmp_path}/bob:/bin/sh\n", "group": "bob:x:GID:\n", "shadow": "bob:!:::::::\n"})
    (tmp_path / "bob").mkdir()
    with accounts.alone():
        yield tmp_path / "bob"


@pytest.mark.parametrize("arguments", [{"groups": ["nope"]}, {"group": "nope"}])
def test_a_group_that_is_not_there_yet_is_only_warned_of_in_check_mode(bob, arguments):
    foretold = perform(user, dict(arguments, name="bob"), check=True)
    assert not foretold["failed"] and "no group nope" in foretold["warnings"][0]


def test_a_password_is_never_on_a_command_line(bob, monkeypatch):
    host = Host({"": ""}).install(monkeypatch)
    perform(user, {"name": "bob", "password": "$6$new$hash"})
    assert host.given == {"chpasswd -e": "bob:$6$new$hash\n"}


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")
def test_a_key_pair_is_made_once_and_anew_when_forced(bob):
    arguments = {"name": "bob", "generate_ssh_key": True, "ssh_key_type": "ed25519", "ssh_key_comment": "hello"}
    foretold = perform(user, arguments, check=True)
    first = perform(user, arguments)
    assert foretold["changes"] == first["changes"] == [f"ssh-keygen -t ed25519 -f {bob}/.ssh/id_ed25519"]
    assert first["ssh_public_key"].endswith(" hello") and "SHA256:" in first["ssh_fingerprint"]
    assert perform(user, arguments)["changes"] == []
    forced = perform(user, dict(arguments, force=True))
    assert forced["changed"] and forced["ssh_public_key"] != first["ssh_public_key"]
