"""The format of ansible-vault, read and written."""

import base64
from pathlib import Path

import pytest
import yaml

from muster.errors import Origin, VaultError
from muster.vault.envelope import Altered, Sealed, WrongPassword, is_sealed, parse, seal, unseal

TEXTS = yaml.safe_load((Path(__file__).parent / "texts.yml").read_text())
PLACE = Origin("secrets.yml", 1, 1)
SEALED = seal(b"port: 5432\npassword: hunter22\n", b"pass")


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_ansible_vault_and_of_muster_are_opened(name):
    case = TEXTS[name]
    sealed = parse(case["text"])
    assert sealed.label == case["label"]
    assert unseal(sealed, case["password"].encode()) == base64.b64decode(case["content"])


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_written_is_what_ansible_vault_writes_with_the_same_salt(name):
    case = TEXTS[name]
    made = seal(base64.b64decode(case["content"]), case["password"].encode(), case["label"], parse(case["text"]).salt)
    assert made == case["text"]


@pytest.mark.parametrize("content", [b"", b"a", b"x" * 16, b"\0\xff" * 1000])
def test_what_is_sealed_can_be_opened_again_and_is_another_text_each_time(content):
    texts = {seal(content, b"pass") for _ in range(3)}
    assert len(texts) == 3
    assert {unseal(parse(text), b"pass") for text in texts} == {content}
    assert max(len(line) for text in texts for line in text.splitlines()) <= 80


@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "\r\n"), lambda text: "\n  " + text.replace("\n", "\n    ") + "\n\n",
    lambda text: text.replace("AES256\n", "AES256\n" + "".join(text.split("\n")[1:]) + "\n").split("\n", 2)[:2],
    lambda text: text.replace("1.1;AES256", "1.2;AES256;")])
def test_how_the_lines_are_broken_does_not_matter(change):
    text = change(SEALED)
    assert unseal(parse(text if isinstance(text, str) else "\n".join(text)), b"pass").startswith(b"port")


@pytest.mark.parametrize(("text", "says"), [
    ("", "not in ansible-vault's format"), ("a: 1", "not in ansible-vault's format"),
    ("$ANSIBLE_VAULT", "the vault header"), ("$ANSIBLE_VAULT;1.0;AES\n66", "the vault header"),
    ("$ANSIBLE_VAULT;1.3;AES256\n66", "the vault header"), ("$ANSIBLE_VAULT;1.1;AES512\n66", 'cipher "AES512"'),
    ("$ANSIBLE_VAULT;1.1;AES256", "is cut off"), ("$ANSIBLE_VAULT;1.1;AES256\n666", "is cut off"),
    (SEALED[:-2], "is cut off"), (SEALED[:-3], "is cut off"), (SEALED[:200], "is cut off"),
    (SEALED[:100] + "\n", "is cut off"),
    (SEALED[:50] + "g" + SEALED[51:], "'g' is no hexadecimal digit"),
    (SEALED[:50] + "\u00e4" + SEALED[51:], "is no hexadecimal digit"),
    (SEALED[:300] + "00" + SEALED[302:], "malformed")])
def test_what_is_malformed_or_cut_off_is_told_with_its_place(text, says):
    with pytest.raises(VaultError, match=says) as raised:
        parse(text, PLACE)
    assert raised.value.origin == PLACE
    assert raised.value.hint


def test_a_wrong_password_is_one_whatever_the_content():
    for size in range(0, 64, 7):
        with pytest.raises(WrongPassword):
            unseal(parse(seal(b"a" * size, b"pass")), b"pass%d" % size)


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]


@pytest.mark.parametrize("part", ["mac", "body"])
def test_what_was_altered_under_the_right_password_is_told_from_a_wrong_one(part):
    sealed = parse(SEALED)
    altered = sealed._replace(**{part: flipped(getattr(sealed, part), 3)})
    with pytest.raises(Altered):
        unseal(altered, b"pass")
    with pytest.raises(WrongPassword):
        unseal(altered, b"other")


def test_nothing_altered_is_opened():
    sealed = parse(SEALED)
    for part in ("salt", "mac", "body"):
        for at in range(0, len(getattr(sealed, part)), 5):
            with pytest.raises((Altered, WrongPassword)):
                unseal(Sealed(**{**sealed._asdict(), part: flipped(getattr(sealed, part), at)}), b"pass")


@pytest.mark.parametrize(("text", "is_one"), [(SEALED, True), (SEALED.encode(), True), ("a: 1", False), (b"", False),
                                              ("\n" + SEALED, False)])
def test_a_vault_text_is_known_by_its_first_characters(text, is_one):
    assert is_sealed(text) is is_one
