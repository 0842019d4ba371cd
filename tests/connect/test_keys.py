"""Private keys from files."""

import io
import shutil
import subprocess
import threading

import pytest

from muster.connect.keys import Keys, public
from muster.errors import OptionError


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal())


class Typist:
    """Types answers; knows what was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.prompts = []

    def __call__(self, prompt):
        self.prompts.append(prompt)
        return self.answers.pop(0)


def test_an_open_key_is_read_once(plain_key, tmp_path):
    path = tmp_path / "copy"
    shutil.copy(plain_key, path)
    keys = Keys()
    first = keys.load(str(path))
    path.unlink()
    assert first is not None and keys.load(str(path)) is first
    assert keys.unlock(str(path)) is first


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_all_kinds_of_keys_are_read(make_key, kind):
    assert kind in Keys().load(str(make_key(kind, kind=kind))).get_name()


def test_a_file_that_is_not_there_is_no_key():
    assert Keys().load("/nowhere/key") is None


def test_a_file_that_is_no_key_is_named(tmp_path):
    path = tmp_path / "not-a-key"
    path.write_text("hello\n")
    with pytest.raises(OptionError, match="the private key .*not-a-key cannot be used"):
        Keys().load(str(path))


def test_a_locked_key_is_not_asked_for_until_it_is_needed(locked_key):
    typist = Typist()
    assert Keys(typist).load(str(locked_key)) is None
    assert not typist.prompts


def test_off_a_terminal_nobody_is_asked(locked_key, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    keys = Keys(Typist())
    keys.load(str(locked_key))
    assert keys.unlock(str(locked_key)) is None


def test_a_passphrase_is_asked_for_once_and_again_when_it_was_wrong(locked_key, terminal):
    typist = Typist("wrong", "open sesame")
    keys = Keys(typist)
    path = str(locked_key)
    keys.load(path)
    found = []
    threads = [threading.Thread(target=lambda: found.append(keys.unlock(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert typist.prompts == [f"Passphrase for {path}: "] * 2
    assert len(found) == 8 and len(set(map(id, found))) == 1 and found[0] is not None


@pytest.mark.parametrize("answers", [("",), ("a", "b", "c")])
def test_who_does_not_know_the_passphrase_goes_on_without_the_key(locked_key, terminal, answers):
    typist = Typist(*answers)
    keys = Keys(typist)
    keys.load(str(locked_key))
    assert keys.unlock(str(locked_key)) is None
    assert keys.unlock(str(locked_key)) is None
    assert not typist.answers


def test_a_certificate_beside_the_key_comes_along(make_key):
    authority, key = make_key("authority"), make_key("user")
    subprocess.run(["ssh-keygen", "-q", "-s", str(authority), "-I", "id", "-n", "deploy", f"{key}.pub"], check=True)
    assert "cert" in Keys().load(str(key)).public_blob.key_type


def test_the_public_half_is_read_without_the_passphrase(locked_key, plain_key):
    assert public(str(plain_key)) == Keys().load(str(plain_key)).asbytes()
    assert public(str(locked_key)) is not None
    assert public("/nowhere/key") is None
