"""The options that say where vault passwords come from."""

import click
import pytest

from muster.cli.vault_options import ask, ask_twice, keys, unlock, vault_options
from muster.config import Config, read_config
from muster.vault.keyring import KEYRING, Key


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Return a function that gives what the options of a command line come to."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE", raising=False)
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"of {name}\n")

    @click.command()
    @vault_options
    def command(**options):
        return options

    return lambda *arguments: command.main(list(arguments), standalone_mode=False)


@pytest.mark.parametrize(("arguments", "found"), [
    ([], []), (["--vault-id", "dev@one", "--vault-id", "two"], [Key("dev", b"of one"), Key("default", b"of two")]),
    (["--vault-password-file", "one", "--vault-pass-file", "two"],
     [Key("default", b"of one"), Key("default", b"of two")]),
    (["-J"], [Key("default", b"typed")]), (["--ask-vault-password"], [Key("default", b"typed")]),
    (["--ask-vault-pass", "--vault-id", "dev@prompt"], [Key("dev", b"typed"), Key("default", b"typed")])])
def test_options_are_spelled_as_ansible_spells_them(monkeypatch, given, arguments, found):
    monkeypatch.setattr("click.prompt", lambda text, **how: "typed")
    assert keys(given(*arguments), Config()) == found


def test_files_that_are_configured_count_too(given, tmp_path):
    environment = {"ANSIBLE_VAULT_PASSWORD_FILE": "two", "ANSIBLE_VAULT_IDENTITY_LIST": "prod@one"}
    config = read_config(environment, str(tmp_path))
    assert keys(given("--vault-id", "dev@one"), config) == [
        Key("dev", b"of one"), Key("prod", b"of one"), Key("default", b"of two")]


def test_what_is_read_from_then_on_is_opened_with_them(given):
    unlock(given("--vault-id", "dev@one"), Config())
    assert (KEYRING.keys, KEYRING.strict) == ((Key("dev", b"of one"),), False)
    unlock(given(), read_config({"ANSIBLE_VAULT_ID_MATCH": "yes"}, "."))
    assert (KEYRING.keys, KEYRING.strict) == ((), True)


def test_a_password_is_asked_for_without_showing_it_and_a_new_one_twice(monkeypatch):
    asked = []
    monkeypatch.setattr("click.prompt", lambda text, **how: asked.append((text, how)) or "typed")
    assert (ask("Vault password (dev)"), ask_twice("Vault password (dev)")) == ("typed", "typed")
    assert [text for text, _ in asked] == ["Vault password (dev)", "New vault password (dev)"]
    assert all(how["hide_input"] and how["err"] for _, how in asked)
    assert [bool(how.get("confirmation_prompt")) for _, how in asked] == [False, True]


def test_blanks_around_a_password_that_is_typed_are_no_part_of_it(monkeypatch):
    monkeypatch.setattr("click.prompt", lambda text, **how: " typed ")
    assert (ask("Vault password"), ask_twice("Vault password")) == ("typed", "typed")
