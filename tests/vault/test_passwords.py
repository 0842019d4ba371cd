"""Where vault passwords come from."""

import pytest

from muster.errors import VaultError
from muster.vault.keyring import Key
from muster.vault.passwords import collect, identities

CLIENT = '#!/bin/sh\necho "told $*"\n'


def nobody(prompt):
    raise AssertionError(f"asked: {prompt}")


@pytest.mark.parametrize(("given", "files", "ask", "configured", "found"), [
    ((), (), False, (), []),
    (("dev@a", "b"), ("c",), True, (), ["dev@a", "b", "default@c", "default@prompt"]),
    ((), ("c",), False, [("dev", "d"), ("default", "prompt")], ["default@c", "dev@d", "default@prompt"])])
def test_options_and_the_configuration_name_sources(given, files, ask, configured, found):
    assert list(identities(given, files, ask, configured)) == found


@pytest.mark.parametrize(("identity", "label"), [
    ("plain", "default"), ("dev@plain", "dev"), ("default@plain", "default"), ("@plain", "default"),
    ("dev@of@dev", "dev")])
def test_a_file_holds_a_password_without_the_space_around_it(tmp_path, monkeypatch, identity, label):
    monkeypatch.chdir(tmp_path)
    for name in ("plain", "of@dev"):
        (tmp_path / name).write_text("  of dev \n\n")
    assert collect([identity], nobody) == [Key(label, b"of dev")]


@pytest.mark.parametrize(("name", "label", "told"), [
    ("pass-client", "dev@", b"told --vault-id dev"), ("pass-client.py", "dev@", b"told --vault-id dev"),
    ("pass-client", "", b"told "), ("pass-client", "default@", b"told --vault-id default"),
    ("other", "dev@", b"told ")])
def test_a_program_prints_a_password_and_a_client_is_told_the_label(tmp_path, name, label, told):
    (tmp_path / name).write_text(CLIENT)
    (tmp_path / name).chmod(0o755)
    assert [key.password for key in collect([f"{label}{tmp_path / name}"], nobody)] == [told]


@pytest.mark.parametrize(("identity", "prompt", "label"), [
    ("prompt", "Vault password", "default"), ("default@prompt", "Vault password", "default"),
    ("dev@prompt", "Vault password (dev)", "dev"), ("dev@prompt_ask_vault_pass", "Vault password (dev)", "dev")])
def test_the_reader_is_asked(identity, prompt, label):
    asked = []
    assert collect([identity], lambda text: asked.append(text) or "gr\u00fcn") == [Key(label, "gr\u00fcn".encode())]
    assert asked == [prompt]


@pytest.mark.parametrize(("content", "mode", "says"), [
    (None, 0, "there is no vault password file"), ("", 0o600, "gives an empty password"),
    (" \n", 0o600, "gives an empty password"), ("#!/bin/sh\n", 0o755, "gives an empty password"),
    ("#!/bin/sh\necho x; exit 3\n", 0o755, "failed with status 3"), ("just a password", 0o755, "cannot run"),
    ("#!/no/such/shell\n", 0o755, "cannot run")])
def test_a_password_that_cannot_be_had_is_told(tmp_path, content, mode, says):
    path = tmp_path / "source"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(VaultError, match=says) as raised:
        collect([str(path)], nobody)
    assert str(path) in str(raised.value)


def test_a_directory_and_a_misspelt_file_are_told(tmp_path):
    (tmp_path / "password.txt").write_text("x")
    with pytest.raises(VaultError, match="is a directory"):
        collect([str(tmp_path)], nobody)
    with pytest.raises(VaultError) as raised:
        collect([str(tmp_path / "passwrd.txt")], nobody)
    assert raised.value.hint == f'did you mean "{tmp_path / "password.txt"}"?'


def test_a_program_that_holds_a_password_instead_of_printing_it_is_told_what_to_do(tmp_path):
    (tmp_path / "source").write_text("just a password")
    (tmp_path / "source").chmod(0o755)
    with pytest.raises(VaultError) as raised:
        collect([str(tmp_path / "source")], nobody)
    assert f"chmod -x {tmp_path / 'source'}" in raised.value.hint
