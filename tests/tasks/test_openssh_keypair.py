"""Pairs of keys, made by the real ssh-keygen."""

import shutil
import stat
import subprocess

import pytest

from tasks.openssh_keypair import openssh_keypair
from tests.tasks.harness import perform, snapshot

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")

ED = {"type": "ed25519"}


@pytest.fixture
def key(tmp_path):
    """Return a function that performs the task on one file, and once more, which must change nothing."""
    path = tmp_path / "id"

    def ensure(**arguments):
        arguments = {"path": str(path), **arguments}
        before = snapshot(tmp_path)
        foretold = perform(openssh_keypair, arguments, check=True)
        assert snapshot(tmp_path) == before
        result = perform(openssh_keypair, arguments)
        assert (foretold["changes"], foretold["diff"]) == (result["changes"], result["diff"]) or result["failed"]
        if not result["failed"] and not {"force", "regenerate"} & set(arguments):
            assert perform(openssh_keypair, arguments)["changes"] == []
        return result

    ensure.path = path
    ensure.public = tmp_path / "id.pub"
    return ensure


@pytest.mark.parametrize(("arguments", "size", "head"), [
    ({"size": 1024}, 1024, "ssh-rsa "),
    ({"type": "ecdsa"}, 256, "ecdsa-sha2-nistp256 "),
    ({"type": "ecdsa", "size": 521}, 521, "ecdsa-sha2-nistp521 "),
    (ED, 256, "ssh-ed25519 "),
    ({**ED, "passphrase": "it's $ecret", "comment": "me and you"}, 256, "ssh-ed25519 "),
])
def test_a_pair_is_made_once(key, arguments, size, head):
    result = key(**arguments)
    assert result["changes"] == [f"create the private key {key.path}", f"create the public key {key.public}"]
    assert (result["type"], result["size"]) == (arguments.get("type", "rsa"), size)
    assert result["public_key"] == key.public.read_text().strip() and result["public_key"].startswith(head)
    assert result["comment"] == arguments.get("comment", "") and result["public_key"].endswith(result["comment"])
    assert [stat.S_IMODE(each.stat().st_mode) for each in (key.path, key.public)] == [0o600, 0o644]
    shown = subprocess.run(["ssh-keygen", "-l", "-f", key.public], stdout=subprocess.PIPE, check=True).stdout.decode()
    assert result["fingerprint"] == shown.split()[1]


def test_the_passphrase_opens_the_key_and_no_other_does(key):
    key(**ED, passphrase="it's right")
    for passphrase, status in (("it's right", 0), ("wrong", 255)):
        done = subprocess.run(["ssh-keygen", "-y", "-P", passphrase, "-f", key.path], check=False,
                              capture_output=True)
        assert done.returncode == status


@pytest.mark.parametrize("other", [{"type": "ecdsa"}, {**ED, "passphrase": "secret", "regenerate": "full_idempotence"},
                                   {**ED, "force": True}, {**ED, "regenerate": "always"}])
def test_a_key_that_does_not_fit_is_replaced_and_neither_is_shown(key, other):
    key(**ED)
    old = key.path.read_text()
    result = key(**other)
    assert result["changes"] == [f"replace the private key {key.path}", f"replace the public key {key.public}"]
    assert key.path.read_text() != old
    # The other lines of the old key, and all full ones of an ECDSA key, can hold the public key, which may be shown.
    assert old.splitlines()[-3] not in str(result) and "PRIVATE KEY-----" not in str(result)


@pytest.mark.parametrize(("content", "arguments", "message"), [
    ("rubbish", {}, "no key that this passphrase opens"),
    ("rubbish", {"regenerate": "never"}, "no key that this passphrase opens"),
    (None, {"passphrase": "secret"}, "no key that this passphrase opens"),
    (None, {"type": "ecdsa", "regenerate": "fail"}, "another key than the task describes"),
])
def test_a_key_is_left_alone_where_it_must_be(key, content, arguments, message):
    key(**ED)
    if content:
        key.path.write_text(content)
    result = key(**{**ED, **arguments})
    assert result["failed"] and message in result["msg"] and result["changes"] == []


def test_never_keeps_a_key_that_does_not_fit_and_tells_what_it_is(key):
    key(**ED)
    result = key(type="ecdsa", size=384, regenerate="never")
    assert result["changes"] == [] and (result["type"], result["size"]) == ("ed25519", 256)


def test_a_public_key_that_is_gone_is_made_from_the_private_one(key):
    line = key(**ED, comment="mine")["public_key"]
    key.public.unlink()
    assert key(**ED, comment="mine")["changes"] == [f"create the public key {key.public}"]
    assert key.public.read_text() == line + "\n"


def test_another_comment_leaves_the_key_and_none_leaves_the_comment(key):
    before = key(**ED, comment="old")
    after = key(**ED, comment="new one")
    assert after["changes"] == [f"replace the public key {key.public}"]
    assert after["fingerprint"] == before["fingerprint"] and after["public_key"].endswith(" new one")
    kept = key(**ED)
    assert kept["changes"] == [] and kept["comment"] == "new one"


def test_a_format_that_an_old_ssh_keygen_does_not_know_is_told(tmp_path, monkeypatch):
    path = tmp_path / "key"
    assert perform(openssh_keypair, {"path": str(path), "type": "ecdsa", "private_key_format": "pkcs8"})["changed"]
    assert path.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    monkeypatch.setattr("tasks.openssh_keypair.format_of", lambda path: "PEM")
    told = perform(openssh_keypair, {"path": str(tmp_path / "new"), "type": "ecdsa", "private_key_format": "pkcs8"})
    assert told["failed"] and "too old" in told["msg"] and not (tmp_path / "new").exists()
