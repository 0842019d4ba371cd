"""`muster vault`: what ansible-vault does, with its words and options, in its format."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from muster.cli.vault_options import ask_twice, keys, vault_options
from muster.config import Config, read_config
from muster.errors import OptionError, Origin, VaultError, nearest
from muster.vault import files
from muster.vault.envelope import DEFAULT, is_sealed, parse, seal
from muster.vault.keyring import Key, Keyring

INDENT = " " * 10  # As ansible-vault does it, so that texts of both look alike.

FILES = click.argument("paths", nargs=-1, metavar="FILE...")
ENCRYPT_ID = click.option("--encrypt-vault-id", metavar="LABEL", help="Which of several passwords to encrypt with.")
OUTPUT = click.option("--output", metavar="FILE", help="Write here instead of replacing the file; - is the screen.")


class Commands(click.Group):
    """The commands, by the spelling of ansible-vault too: encrypt_string is encrypt-string."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name.replace("_", "-"))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def vault() -> None:
    """Encrypt, decrypt and edit files, as ansible-vault does, and in its format."""


@vault.command()
@click.argument("path", metavar="FILE")
@vault_options
@ENCRYPT_ID
def create(path: str, **given: Any) -> None:
    """Write a new file in an editor and encrypt it."""
    if os.path.exists(path):
        raise OptionError(f"{path} is there already", hint=f"`muster vault edit {path}` opens it")
    folder = os.path.dirname(path)
    if not os.path.basename(path) or not os.path.isdir(folder or "."):  # Told before anything is written in the editor.
        raise OptionError(f"{path} cannot be made: there is no directory {folder}", hint=f"mkdir -p {folder}")
    key = encrypting(given)
    files.write(path, sealed(files.edited(b"", path, editor), key))


@vault.command()
@FILES
@vault_options
@ENCRYPT_ID
@OUTPUT
def encrypt(paths: tuple[str, ...], output: str | None, **given: Any) -> None:
    """Encrypt files; without one, what comes on standard input."""
    contents = {path: files.read(path) for path in named(paths, output)}
    for path, content in contents.items():
        if is_sealed(content):
            raise VaultError(f"{shown(path)} is encrypted already", None, "`muster vault rekey` changes its password")
    key = encrypting(given)
    written({path: sealed(content, key) for path, content in contents.items()}, output, "encrypted")


@vault.command()
@FILES
@vault_options
@OUTPUT
def decrypt(paths: tuple[str, ...], output: str | None, **given: Any) -> None:
    """Decrypt files; without one, what comes on standard input."""
    texts = {path: vault_text(path) for path in named(paths, output)}
    keyring = opening(given)
    contents = {path: keyring.unlock(text, place(path))[0] for path, text in texts.items()}
    written(contents, output, "decrypted")


@vault.command()
@click.argument("paths", nargs=-1, metavar="FILE...", required=True)
@vault_options
def view(paths: tuple[str, ...], **given: Any) -> None:
    """Show what encrypted files hold."""
    texts = {path: vault_text(path) for path in paths}
    keyring = opening(given)
    content = b"".join(keyring.unlock(text, place(path))[0] for path, text in texts.items())
    if sys.stdout.isatty():
        click.echo_via_pager(content.decode("utf-8", "replace"))
    else:
        files.write("-", content)


@vault.command()
@click.argument("paths", nargs=-1, metavar="FILE...", required=True)
@vault_options
@ENCRYPT_ID
def edit(paths: tuple[str, ...], **given: Any) -> None:
    """Open encrypted files in an editor. Their plain text is kept in memory or in a private directory meanwhile."""
    keyring = opening(given)
    for path in paths:
        text = vault_text(path)
        content, used = keyring.unlock(text, place(path))
        # The file keeps its label, by whatever name the password was given.
        key = chosen(keyring.keys, given["encrypt_vault_id"]) if given["encrypt_vault_id"] else Key(
            parse(text).label, used.password)
        after = files.edited(content, path, editor)
        if after != content or given["encrypt_vault_id"]:
            files.write(path, sealed(after, key))


@vault.command()
@click.argument("paths", nargs=-1, metavar="FILE...", required=True)
@vault_options
@ENCRYPT_ID
@click.option("--new-vault-id", metavar="LABEL@SOURCE", help="The new password, with its label.")
@click.option("--new-vault-password-file", metavar="FILE", help="The new password, without a label.")
def rekey(paths: tuple[str, ...], new_vault_id: str | None, new_vault_password_file: str | None, **given: Any) -> None:
    """Encrypt files anew with another password."""
    from muster.vault.passwords import collect

    texts = {path: vault_text(path) for path in paths}
    keyring = opening(given)
    contents = {path: keyring.unlock(text, place(path))[0] for path, text in texts.items()}
    wanted = [new_vault_id] if new_vault_id else []
    wanted += [f"{DEFAULT}@{new_vault_password_file}"] if new_vault_password_file else []
    new = collect(wanted or ["prompt"], ask_twice)
    key = chosen(new, given["encrypt_vault_id"])
    written({path: sealed(content, key) for path, content in contents.items()}, None, "encrypted anew")


@vault.command("encrypt-string")
@click.argument("strings", nargs=-1, metavar="STRING...")
@vault_options
@ENCRYPT_ID
@click.option("-n", "--name", "names", multiple=True, help="Name of the variable; one for each string.")
@click.option("--stdin-name", metavar="NAME", help="Name of the variable for what comes on standard input.")
@click.option("-p", "--prompt", is_flag=True, help="Ask for the string.")
@click.option("--output", metavar="FILE", default="-", help="Write here instead of on the screen.")
def encrypt_string(strings: tuple[str, ...], names: tuple[str, ...], stdin_name: str | None, prompt: bool, output: str,
                   **given: Any) -> None:
    """Encrypt strings as values for YAML; without one, what comes on standard input."""
    values = [(name, text.encode()) for name, text in zip((*names, *[""] * len(strings)), strings, strict=False)
              if text != "-"]
    if prompt:
        asked = click.prompt("String to encrypt", hide_input=True, err=True, confirmation_prompt="The same once more")
        values.append((names[len(strings)] if len(names) > len(strings) else "", asked.encode()))
    key = encrypting(given)
    if "-" in strings or stdin_name or not values:
        if sys.stdin.isatty():
            click.echo("Type the string, and ctrl-d at its end (twice, if no newline is to be part of it).", err=True)
        values.append((stdin_name or "", files.read("-")))
    files.write(output, "".join(as_yaml(name, seal(text, key.password, key.label)) for name, text in values).encode())


def as_yaml(name: str, text: str) -> str:
    """Return a vault text as the value of a variable, or by itself without a name."""
    head = f"{name}: !vault |" if name else "!vault |"
    return "\n".join([head, *(INDENT + line for line in text.splitlines()), ""])


def named(paths: Sequence[str], output: str | None) -> Sequence[str]:
    """Return the files to go over: standard input if there is none; raises OptionError."""
    if output and len(paths) > 1:
        raise OptionError(f"--output is for one file, and {len(paths)} are given")
    return paths or ["-"]


def shown(path: str) -> str:
    return "standard input" if path == "-" else path


def place(path: str) -> Origin:
    return Origin(shown(path), 1, 1)


def vault_text(path: str) -> str:
    """Return the vault text in a file; raises VaultError for what is none."""
    content = files.read(path)
    if not is_sealed(content):
        raise VaultError(f"{shown(path)} is not encrypted with ansible-vault", place(path) if path != "-" else None)
    return content.decode("utf-8", "replace")


def opening(given: dict[str, Any]) -> Keyring:
    """Return the keys to decrypt with; the reader is asked for a password if no option says where one is."""
    config = configuration()
    found = keys(given, config) or keys({**given, "ask_vault_pass": True}, config)
    return Keyring(found, config["vault_id_match"])


def encrypting(given: dict[str, Any]) -> Key:
    """Return the key to encrypt with; the reader is asked for a password if no option says where one is."""
    config = configuration()
    have = keys(given, config, new=True) or keys({**given, "ask_vault_pass": True}, config, new=True)
    return chosen(have, given["encrypt_vault_id"] or config["vault_encrypt_identity"])


def configuration() -> Config:
    return read_config(os.environ, os.getcwd())


def chosen(have: Sequence[Key], label: str | None) -> Key:
    """Return the key of a label, or the only one; raises OptionError."""
    labels = list(dict.fromkeys(key.label for key in have))
    if label is None and len(labels) > 1:
        raise OptionError(f"there are several vault passwords: {', '.join(labels)}",
                          hint="--encrypt-vault-id LABEL says which of them to encrypt with")
    if label is not None and label not in labels:
        raise OptionError(f'no vault password has the label "{label}"',
                          hint=nearest(label, labels) or f"there are: {', '.join(labels)}")
    return next(key for key in have if label in (None, key.label))


def sealed(content: bytes, key: Key) -> bytes:
    return seal(content, key.password, key.label).encode()


def written(contents: dict[str, bytes], output: str | None, done: str) -> None:
    """Write what has come of each file, now that all of them could be read."""
    for path, content in contents.items():
        files.write(output or path, content)
        if "-" not in (path, output):
            click.echo(f"{done}: {output or path}", err=True)


def editor(path: str) -> None:
    """Open a file in the reader's editor (VISUAL, EDITOR) and wait; raises VaultError when it fails."""
    try:
        click.edit(filename=path)
    except click.ClickException as error:
        raise VaultError(f"nothing was written, because the editor failed: {error.message}") from None


