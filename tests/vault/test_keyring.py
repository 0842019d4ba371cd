"""Passwords, and what is opened with them."""

import pytest

from muster.errors import Origin, VaultError
from muster.model import Vaulted
from muster.secrets import SECRETS
from muster.vault import keyring as module
from muster.vault.envelope import parse, seal
from muster.vault.keyring import Key, Keyring

PLACE = Origin("site.yml", 3, 9)
DEV, PROD, PLAIN = Key("dev", b"of dev"), Key("prod", b"of prod"), Key("default", b"plain")


def test_the_key_of_the_label_is_tried_first_and_then_all_others(monkeypatch):
    tried = []
    real = module.unseal
    monkeypatch.setattr(module, "unseal", lambda sealed, password: tried.append(password) or real(sealed, password))
    assert Keyring([PLAIN, DEV, PROD]).unlock(seal(b"x", b"of prod", "prod")) == (b"x", PROD)
    assert tried == [b"of prod"]
    tried.clear()
    assert Keyring([PLAIN, DEV, PROD]).unlock(seal(b"x", b"of prod", "dev")) == (b"x", PROD)
    assert tried == [b"of dev", b"plain", b"of prod"]


def test_a_strict_keyring_tries_no_other_labels():
    text = seal(b"x", b"of prod", "dev")
    assert Keyring([PROD]).unlock(text) == (b"x", PROD)
    with pytest.raises(VaultError, match="none of the vault passwords given opens it"):
        Keyring([PROD], strict=True).unlock(text)
    assert Keyring([PROD, DEV], strict=True).unlock(seal(b"x", b"of dev", "dev")) == (b"x", DEV)


def test_a_text_is_opened_once(monkeypatch):
    text, keyring = seal(b"x", b"plain"), Keyring([PLAIN])
    first = keyring.unlock(text)
    monkeypatch.setattr(module, "unseal", None)
    assert keyring.unlock(text) is first


@pytest.mark.parametrize(("keys", "label", "says", "hint"), [
    ([], "default", "this is encrypted, and no vault password was given", "give --vault-password-file FILE, or --ask"),
    ([], "dev", 'encrypted with the password labelled "dev", and no vault password was given', "--vault-id dev@FILE"),
    ([PLAIN, PROD, PROD], "dev", "none of the vault passwords given opens it", "given are: default, prod; --vault-id"),
    ([PLAIN], "default", "none of the vault passwords given opens it", "--vault-password-file FILE gives another")])
def test_what_no_key_opens_is_told_with_its_place_and_label_and_what_to_give(keys, label, says, hint):
    with pytest.raises(VaultError, match=says) as raised:
        Keyring(keys).unlock(seal(b"x", b"another", label), PLACE)
    assert raised.value.origin == PLACE
    assert hint in raised.value.hint
    assert not any(key.password.decode() in str(raised.value) for key in keys if key is not PLAIN)


def test_a_text_that_was_altered_is_told_apart_from_a_wrong_password():
    text = seal(b"a text that reads well", b"plain")
    sealed = parse(text)
    altered = sealed._replace(body=bytes([sealed.body[0] ^ 1]) + sealed.body[1:])
    for keys, says in (([DEV, PLAIN], "was changed after it had been encrypted"), ([DEV], "none of the vault")):
        with pytest.raises(VaultError, match=says):
            Keyring(keys).tried(altered, PLACE)


def test_a_password_never_shows():
    assert repr([DEV]) == "[Key('dev')]"


def test_a_value_that_is_revealed_is_secret():
    value = Vaulted(seal(b"hunter22", b"plain"), PLACE)
    assert Keyring([PLAIN]).reveal(value) == "hunter22"
    assert SECRETS.texts == {"hunter22"}
    assert "hunter22" not in repr(value) and "ANSIBLE" not in str(value)


def test_what_a_file_holds_is_opened_and_secret_if_it_was_encrypted(tmp_path):
    path, keyring = str(tmp_path / "key.pem"), Keyring([PLAIN])
    for content, secret in ((b"first line\nlast line\n", {"first line", "last line"}),
                            (b"\xff\0 bytes", set())):
        SECRETS.clear()
        (tmp_path / "key.pem").write_bytes(content)
        assert keyring.read(path) == content
        assert not SECRETS
        (tmp_path / "key.pem").write_text(seal(content, b"plain"))
        assert keyring.read(path) == content
        assert SECRETS.texts == secret


def test_the_text_of_a_file_that_is_not_encrypted_is_given_back():
    text = "a: 1"
    assert Keyring().text(text, "a.yml") is text


@pytest.mark.parametrize("open_it", [lambda ring, text: ring.text(text, "a.yml"),
                                     lambda ring, text: ring.reveal(Vaulted(text, Origin("a.yml", 1, 1)))])
def test_bytes_where_text_is_wanted_are_told(open_it):
    with pytest.raises(VaultError, match="not UTF-8 text: the byte 0xff") as raised:
        open_it(Keyring([PLAIN]), seal(b"a\xff", b"plain"))
    assert raised.value.origin == ("a.yml", 1, 1)


def test_other_keys_forget_what_was_opened_before():
    text, keyring = seal(b"x", b"plain"), Keyring([PLAIN])
    keyring.unlock(text)
    keyring.use([DEV])
    with pytest.raises(VaultError):
        keyring.unlock(text)
