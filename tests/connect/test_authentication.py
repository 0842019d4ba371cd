"""Which proofs a server is shown, and in which order."""

import re
import shutil
import subprocess

import paramiko
import pytest

from muster.connect.login import Logins
from muster.errors import ConnectError


def test_keys_are_tried_in_their_order_and_missing_ones_passed_over(serve, way, logins, make_key, plain_key):
    server = serve()
    wrong = make_key("wrong")
    logins.login(way(server, keys=("/nowhere/key", str(wrong), str(plain_key)))).close()
    assert server.offered == ["key", "key"]


def test_a_password_comes_after_the_keys(serve, way, logins, make_key):
    server = serve(password="hunter2")
    logins.login(way(server, keys=(str(make_key("wrong")),), password="hunter2")).close()
    assert server.offered == ["key", "password"]


REFUSALS = [
    ({"keys": ()}, "accepts none of our keys", "tried 0 keys"),
    ({"keys": ("/nowhere/key",)}, "accepts none of our keys", "tried 0 keys; there is no /nowhere/key"),
    ({"password": "sesame", "keys": ()}, "refuses the password", "tried 0 keys"),
]


@pytest.mark.parametrize(("fields", "message", "hint"), REFUSALS)
def test_who_is_not_let_in_learns_what_was_tried(serve, way, logins, fields, message, hint):
    server = serve(password="other")
    with pytest.raises(ConnectError, match=message) as caught:
        logins.login(way(server, **fields))
    assert caught.value.hint == hint
    assert "deploy@127.0.0.1" in caught.value.message
    assert "sesame" not in str(caught.value)


def test_a_server_that_takes_no_keys_says_what_it_takes(serve, way, logins):
    with pytest.raises(ConnectError, match="accepts no keys, only password"):
        logins.login(way(serve(keys=(), password="x")))


def test_a_key_that_cannot_be_used_concerns_the_host_that_needs_it(serve, way, logins, tmp_path):
    (tmp_path / "bad").write_text("no key")
    with pytest.raises(ConnectError, match="bad cannot be used") as caught:
        logins.login(way(serve(), keys=(str(tmp_path / "bad"),)))
    assert caught.value.host == "web"


def agent(home, monkeypatch, *keys):
    """Start an ssh-agent that holds keys; return what ends it."""
    said = subprocess.run(["ssh-agent", "-a", str(home / "agent")], capture_output=True, text=True, check=True).stdout
    monkeypatch.setenv("SSH_AUTH_SOCK", str(home / "agent"))
    for key in keys:
        subprocess.run(["ssh-add", "-q", str(key)], check=True)
    pid = re.search(r"SSH_AGENT_PID=(\d+)", said)[1]
    return lambda: subprocess.run(["kill", pid], check=True)


def test_the_agents_key_spares_the_passphrase(serve, way, make_key, home, monkeypatch):
    key = make_key("spared")
    end = agent(home, monkeypatch, key)
    try:
        # What was added to the agent stays there; the file is locked now, and only its public half can be read.
        subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", str(key)], check=True)
        shutil.copy(f"{key}.pub", home / "spared.pub")
        server = serve(keys=())
        server.accepted = {paramiko.PKey.from_path(key, b"secret").asbytes()}
        logins = Logins()
        logins.keys.ask = pytest.fail
        logins.login(way(server, keys=(str(key),), agent=True, only_listed=True)).close()
        assert server.offered == ["key"]
    finally:
        end()


def test_with_identities_only_other_keys_of_the_agent_stay_home(serve, way, logins, plain_key, home, monkeypatch):
    end = agent(home, monkeypatch, plain_key)
    try:
        server = serve()
        with pytest.raises(ConnectError, match="none of our keys"):
            logins.login(way(server, keys=("/nowhere/key",), agent=True, only_listed=True))
        assert not server.offered
        logins.login(way(server, keys=("/nowhere/key",), agent=True)).close()
    finally:
        end()
