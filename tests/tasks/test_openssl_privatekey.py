"""Private keys, made by the real openssl."""

import os
import shutil
import stat

import pytest

from tasks.openssl_privatekey import openssl_privatekey
from tests.tasks.harness import perform, snapshot

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")

ECC = {"type": "ECC", "curve": "secp256r1"}


@pytest.fixture
def key(tmp_path):
    """Return a function that performs the task on one file, and once more, which must change nothing."""
    path = tmp_path / "key.pem"

    def ensure(**arguments):
        arguments = {"path": str(path), **arguments}
        before = snapshot(tmp_path)
        foretold = perform(openssl_privatekey, arguments, check=True)
        assert snapshot(tmp_path) == before
        result = perform(openssl_privatekey, arguments)
        assert (foretold["changes"], foretold["diff"]) == (result["changes"], result["diff"]) or result["failed"]
        if not result["failed"] and not {"force", "regenerate"} & set(arguments):
            assert perform(openssl_privatekey, arguments)["changes"] == []
        return result

    ensure.path = path
    return ensure


@pytest.mark.parametrize(("arguments", "head"), [
    ({"size": 1024}, "-----BEGIN RSA PRIVATE KEY-----"),
    ({"size": 1024, "format": "pkcs8"}, "-----BEGIN PRIVATE KEY-----"),
    (ECC, "-----BEGIN EC PRIVATE KEY-----"),
    ({"type": "Ed25519"}, "-----BEGIN PRIVATE KEY-----"),
    ({"type": "Ed448", "passphrase": "secret"}, "-----BEGIN ENCRYPTED PRIVATE KEY-----"),
    ({"type": "X25519"}, "-----BEGIN PRIVATE KEY-----"),
])
def test_a_key_is_made_once_and_only_for_its_owner(key, arguments, head):
    result = key(**arguments)
    assert result["changes"] == [f"create the private key {key.path}"]
    assert key.path.read_text().splitlines()[0] == head
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert "privatekey" not in result and head not in str(result)


def test_nobody_else_can_read_a_new_key_for_a_moment(key, monkeypatch):
    modes = []
    rename = os.rename
    chmod = os.chmod
    monkeypatch.setattr(os, "chmod", lambda path, mode, **rest: (modes.append(mode), chmod(path, mode, **rest)))
    monkeypatch.setattr(os, "rename", lambda old, new: (modes.append(stat.S_IMODE(os.stat(old).st_mode)),
                                                        rename(old, new)))
    key(**ECC)
    assert modes and set(modes) == {0o600}


@pytest.mark.parametrize("other", [{"type": "Ed25519"}, {"type": "ECC", "curve": "secp384r1"},
                                   {**ECC, "passphrase": "secret"}, {**ECC, "format": "pkcs8"}])
def test_a_key_that_does_not_fit_is_replaced_and_neither_is_shown(key, other):
    key(**ECC)
    old = key.path.read_text()
    result = key(**other)
    assert result["changes"] == [f"replace the private key {key.path}"]
    assert key.path.read_text() != old
    assert all(line not in str(result) for line in (old + key.path.read_text()).splitlines()[1:-1] if line)


def test_a_key_in_another_format_can_be_converted(key):
    before = key(**ECC)["fingerprint"]
    result = key(**ECC, format="pkcs8", format_mismatch="convert")
    assert result["changed"] and result["fingerprint"] == before
    assert key.path.read_text().startswith("-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize(("content", "regenerate", "message"), [
    ("rubbish", "partial_idempotence", "no key that this passphrase opens"),
    ("rubbish", "never", "no key that this passphrase opens"),
    (None, "fail", "another key than the task describes"),
])
def test_a_key_is_left_alone_where_it_must_be(key, content, regenerate, message):
    key(type="Ed25519")
    if content:
        key.path.write_text(content)
    result = key(**ECC, regenerate=regenerate)
    assert result["failed"] and message in result["msg"] and result["changes"] == []


def test_a_key_is_replaced_when_forced_and_a_copy_is_kept(key):
    key(**ECC)
    old = key.path.read_text()
    result = perform(openssl_privatekey, {"path": str(key.path), **ECC, "force": True, "backup": True})
    with open(result["backup_file"]) as copy:
        assert copy.read() == old
    assert stat.S_IMODE(os.stat(result["backup_file"]).st_mode) == 0o600


@pytest.mark.parametrize(("arguments", "message"), [
    ({"type": "ECC"}, "needs a curve"), ({"curve": "secp256r1"}, "RSA has no curve"),
    ({"type": "ECC", "curve": "no-such"}, "openssl genpkey: "),
])
def test_what_cannot_be_made_is_told(tmp_path, arguments, message):
    result = perform(openssl_privatekey, {"path": str(tmp_path / "key.pem"), **arguments})
    assert result["failed"] and message in result["msg"]
