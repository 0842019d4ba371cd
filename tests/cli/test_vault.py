"""`muster vault`: files and strings, encrypted and decrypted."""

import io
import stat
import sys
import types

import pytest
import yaml

from muster.cli import main
from muster.load.yaml import read_text
from muster.model import Vaulted
from muster.vault.envelope import DEFAULT, parse, seal, unseal

TEXT = b"port: 5432\n"


class Desk:
    """A directory with passwords, and the command.

    one, two: files of passwords "of one" and "of two"
    """

    def __init__(self, directory, monkeypatch, capfdbinary):
        self.directory, self.monkeypatch, self.capture = directory, monkeypatch, capfdbinary
        for name in ("one", "two"):
            self.put(name, f"of {name}\n".encode())

    def put(self, name, content):
        (self.directory / name).write_bytes(content)

    def sealed(self, name, password="one", label=DEFAULT, content=TEXT):
        self.put(name, seal(content, f"of {password}".encode(), label).encode())

    def opened(self, name, password="one"):
        """Return label and content of an encrypted file."""
        sealed = parse((self.directory / name).read_text())
        return sealed.label, unseal(sealed, f"of {password}".encode())

    def read(self, name):
        return (self.directory / name).read_bytes()

    def run(self, *arguments, stdin=b""):
        """Return exit code, standard output and standard error of `muster vault`."""
        self.monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(stdin), isatty=lambda: False))
        with pytest.raises(SystemExit) as end:
            main(["vault", *arguments])
        printed = self.capture.readouterr()
        return end.value.code, printed.out, printed.err.decode()


@pytest.fixture
def desk(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    for name in ("ANSIBLE_VAULT_PASSWORD_FILE", "ANSIBLE_VAULT_ENCRYPT_IDENTITY", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path, monkeypatch, capfdbinary)


def test_files_are_encrypted_and_decrypted_where_they_are(desk):
    desk.put("a", TEXT)
    desk.put("b", b"\xff")
    (desk.directory / "a").chmod(0o640)
    assert desk.run("encrypt", "a", "b", "--vault-password-file", "one") == (0, b"", "encrypted: a\nencrypted: b\n")
    assert (desk.opened("a"), desk.opened("b")) == ((DEFAULT, TEXT), (DEFAULT, b"\xff"))
    assert stat.S_IMODE((desk.directory / "a").stat().st_mode) == 0o640
    assert desk.run("decrypt", "a", "b", "--vault-id", "dev@one") == (0, b"", "decrypted: a\ndecrypted: b\n")
    assert (desk.read("a"), desk.read("b")) == (TEXT, b"\xff")
    assert stat.S_IMODE((desk.directory / "a").stat().st_mode) == 0o600


def test_without_a_file_it_is_standard_input_and_output(desk):
    code, text, said = desk.run("encrypt", "--vault-id", "dev@one", stdin=TEXT)
    assert (code, said, parse(text.decode()).label) == (0, "", "dev")
    assert desk.run("decrypt", "--vault-password-file", "one", stdin=text) == (0, TEXT, "")


def test_the_result_can_be_written_elsewhere(desk):
    desk.sealed("a")
    assert desk.run("decrypt", "a", "--vault-password-file", "one", "--output", "b")[0] == 0
    assert desk.opened("a") == (DEFAULT, desk.read("b"))
    assert desk.run("decrypt", "a", "--vault-password-file", "one", "--output", "-") == (0, TEXT, "")
    code, _, said = desk.run("decrypt", "a", "b", "--output", "c")
    assert (code, "--output is for one file" in said) == (1, True)


@pytest.mark.parametrize(("options", "label"), [
    (("--vault-id", "dev@one"), "dev"), (("--vault-id", "default@one"), DEFAULT),
    (("--vault-id", "dev@one", "--vault-id", "prod@two", "--encrypt-vault-id", "dev"), "dev")])
def test_the_label_of_the_password_is_written(desk, options, label):
    desk.put("a", TEXT)
    assert desk.run("encrypt", "a", *options)[0] == 0
    assert desk.opened("a") == (label, TEXT)


def test_passwords_and_the_label_to_encrypt_with_can_be_configured(desk):
    desk.put("ansible.cfg", b"[defaults]\nvault_identity_list = dev@one, prod@two\nvault_encrypt_identity = prod\n")
    desk.put("a", TEXT)
    assert desk.run("encrypt", "a")[0] == 0
    assert desk.opened("a", "two") == ("prod", TEXT)
    assert desk.run("view", "a") == (0, TEXT, "")


@pytest.mark.parametrize(("options", "says"), [
    (("--vault-id", "dev@one", "--vault-id", "prod@two"), "several vault passwords: dev, prod\n--encrypt-vault-id"),
    (("--vault-id", "dev@one", "--encrypt-vault-id", "dve"), 'has the label "dve"\ndid you mean "dev"')])
def test_which_of_several_passwords_is_meant_has_to_be_said(desk, options, says):
    desk.put("a", TEXT)
    code, _, said = desk.run("encrypt", "a", *options)
    assert code == 1 and says in said
    assert desk.read("a") == TEXT


def test_all_files_are_looked_at_before_one_is_changed(desk):
    desk.put("plain", TEXT)
    desk.sealed("good")
    desk.sealed("bad", "two")
    for command in ("decrypt", "rekey"):
        new = ("--new-vault-password-file", "two") if command == "rekey" else ()
        for other, says in (("plain", "plain is not encrypted"), ("bad", "none of the vault"), ("none", "No such")):
            code, _, said = desk.run(command, "good", other, "--vault-password-file", "one", *new)
            assert code == 1 and says in said
            assert desk.opened("good") == (DEFAULT, TEXT)
    code, _, said = desk.run("encrypt", "plain", "good", "--vault-password-file", "one")
    assert code == 1 and "good is encrypted already" in said
    assert desk.read("plain") == TEXT


def test_files_are_shown(desk):
    desk.sealed("a")
    desk.sealed("b", "two", "dev", b"more\n")
    found = desk.run("view", "a", "b", "--vault-password-file", "one", "--vault-id", "dev@two")
    assert found == (0, TEXT + b"more\n", "")


@pytest.mark.parametrize(("options", "label", "password"), [
    (("--new-vault-password-file", "two"), DEFAULT, "two"), (("--new-vault-id", "prod@two"), "prod", "two"),
    (("--new-vault-id", "prod@two", "--new-vault-password-file", "one", "--encrypt-vault-id", "prod"), "prod", "two")])
def test_files_get_a_new_password(desk, options, label, password):
    desk.sealed("a", "one", "dev")
    desk.sealed("b")
    code, _, said = desk.run("rekey", "a", "b", "--vault-password-file", "one", *options)
    assert (code, said) == (0, "encrypted anew: a\nencrypted anew: b\n")
    assert desk.opened("a", password) == desk.opened("b", password) == (label, TEXT)


def edit_with(desk, lines):
    """Let the editor be a script."""
    desk.put("editor", f"#!/bin/sh\n{lines}\n".encode())
    (desk.directory / "editor").chmod(0o755)
    desk.monkeypatch.setenv("EDITOR", str(desk.directory / "editor"))


def test_files_are_edited_and_keep_their_label(desk):
    desk.sealed("a.yml", "one", "dev")
    edit_with(desk, 'echo "more: $(basename $1)" >> "$1"')
    assert desk.run("edit", "a.yml", "--vault-password-file", "one") == (0, b"", "")
    assert desk.opened("a.yml") == ("dev", TEXT + b"more: a.yml\n")


def test_a_file_that_is_edited_can_get_another_of_the_passwords(desk):
    desk.sealed("a")
    edit_with(desk, "true")
    before = desk.read("a")
    assert desk.run("edit", "a", "--vault-password-file", "one")[0] == 0
    assert desk.read("a") == before  # Nothing was changed, so nothing is written.
    options = ("--vault-password-file", "one", "--vault-id", "dev@two", "--encrypt-vault-id", "dev")
    assert desk.run("edit", "a", *options)[0] == 0
    assert desk.opened("a", "two") == ("dev", TEXT)


def test_when_the_editor_fails_the_file_stays_as_it_was(desk):
    desk.sealed("a")
    before = desk.read("a")
    edit_with(desk, 'echo more >> "$1"; exit 1')
    code, _, said = desk.run("edit", "a", "--vault-password-file", "one")
    assert code == 1 and "nothing was written, because the editor failed" in said
    assert desk.read("a") == before


def test_a_new_file_is_written_in_an_editor(desk):
    edit_with(desk, 'echo "port: 5432" >> "$1"')
    assert desk.run("create", "new", "--vault-id", "dev@one")[0] == 0
    assert desk.opened("new") == ("dev", TEXT)
    assert stat.S_IMODE((desk.directory / "new").stat().st_mode) == 0o600
    code, _, said = desk.run("create", "new", "--vault-id", "dev@one")
    assert code == 1 and "new is there already\n`muster vault edit new`" in said


def test_a_new_file_that_has_no_place_is_told_before_the_editor_opens(desk):
    for name in ("missing/new", "missing/"):
        desk.monkeypatch.setattr("click.edit", lambda **how: pytest.fail("the editor was opened"))
        code, _, err = desk.run("create", f"{desk.directory}/{name}", "--vault-id", str(desk.directory / "one"))
        assert (code, "there is no directory" in err) == (1, True)


@pytest.mark.parametrize("command", ["encrypt-string", "encrypt_string"])
def test_strings_become_values_of_variables(desk, command):
    code, text, _ = desk.run(command, "first", "second", "third", "-n", "one", "--name", "two", "--vault-id", "dev@one")
    assert code == 0
    variables, _, last = text.decode().rpartition("!vault |\n")
    found = read_text(f"{variables}three: !vault |\n{last}", "f.yml")
    assert all(isinstance(value, Vaulted) and parse(value.text).label == "dev" for value in found.values())
    assert {name: unseal(parse(value.text), b"of one") for name, value in found.items()} == {
        "one": b"first", "two": b"second", "three": b"third"}


@pytest.mark.parametrize(("arguments", "head"), [
    (("--stdin-name", "it"), "it: !vault |"), ((), "!vault |"), (("-",), "!vault |")])
def test_a_string_can_come_on_standard_input(desk, arguments, head):
    code, text, _ = desk.run("encrypt-string", *arguments, "--vault-password-file", "one", stdin=b"hunter22\n")
    first, *lines = text.decode().splitlines()
    assert (code, first) == (0, head)
    assert all(line.startswith(" " * 10) for line in lines)
    assert unseal(parse("\n".join(lines)), b"of one") == b"hunter22\n"


def test_a_string_can_be_asked_for_and_the_result_written_to_a_file(desk):
    desk.monkeypatch.setattr("click.prompt", lambda text, **how: "hunter22" if how["hide_input"] else "shown")
    code, text, _ = desk.run("encrypt-string", "-p", "-n", "it", "--vault-password-file", "one", "--output", "a")
    assert (code, text) == (0, b"")
    found = yaml.safe_load(desk.read("a").decode().replace("!vault ", ""))
    assert unseal(parse(found["it"]), b"of one") == b"hunter22"


def test_a_password_is_asked_for_where_no_option_gives_one_and_a_new_one_twice(desk):
    asked = []

    def prompt(text, **how):
        asked.append((text, "confirmation_prompt" in how))
        return "of one"

    desk.monkeypatch.setattr("click.prompt", prompt)
    desk.put("a", TEXT)
    for command in ("encrypt", "view", "rekey", "decrypt"):
        assert desk.run(command, "a")[0] == 0
    assert asked == [("New vault password", True), ("Vault password", False), ("Vault password", False),
                     ("New vault password", True), ("Vault password", False)]
    assert desk.read("a") == TEXT
