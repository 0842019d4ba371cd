"""Where vault passwords come from: files, programs that print one, and the reader.

    secrets/dev.txt                 a file: what is in it, without white space around it
    dev@secrets/dev.txt             the same, for what is encrypted with the label dev
    dev@./keyring-client            an executable file is run; one whose name ends in -client is told the label
    dev@prompt                      the reader is asked
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from muster.errors import VaultError, nearest_file
from muster.vault.envelope import DEFAULT
from muster.vault.keyring import Key

PROMPTS = ("prompt", "prompt_ask_vault_pass")
# A program of such a name finds the password of a label: `pass-client --vault-id dev`.
CLIENT = "-client"


def identities(
    given: Sequence[str], files: Sequence[str], ask: bool, configured: Iterable[tuple[str, str]] = ()
) -> Iterator[str]:
    """Yield where the passwords of a run come from, as LABEL@SOURCE or SOURCE, in the order in which they are tried.

    given: as with --vault-id
    files: of passwords without a label
    ask: whether the reader is asked for one without a label
    configured: (label, source) of those that ansible.cfg and the environment name
    """
    yield from given
    yield from (f"{DEFAULT}@{file}" for file in files)
    if ask:
        yield f"{DEFAULT}@prompt"
    yield from (f"{label}@{source}" for label, source in configured)


def collect(wanted: Iterable[str], ask: Callable[[str], str]) -> list[Key]:
    """Return the keys that these identities stand for; raises VaultError for a password that cannot be had.

    ask: function that shows the reader a prompt and returns what is typed
    """
    keys = []
    for identity in wanted:
        label, source = identity.split("@", 1) if "@" in identity else ("", identity)
        if source in PROMPTS:
            prompt = f"Vault password ({label})" if label not in ("", DEFAULT) else "Vault password"
            keys.append(Key(label or DEFAULT, ask(prompt).encode()))
        else:
            keys.append(Key(label or DEFAULT, password_at(source, label)))
    return keys


def password_at(source: str, label: str) -> bytes:
    """Return the password in a file, or what it prints if it is a program."""
    path = os.path.expanduser(source)
    if os.path.isdir(path):
        raise VaultError(f"the vault password file {source} is a directory")
    if not os.path.exists(path):
        raise VaultError(f"there is no vault password file {source}", None, nearest_file(path))
    password = printed(path, label) if os.access(path, os.X_OK) else content(path)
    if not password:
        raise VaultError(f"the vault password file {source} gives an empty password")
    return password


def content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read().strip()
    except OSError as error:
        raise VaultError(f"cannot read the vault password file {path}: {error.strerror}") from None


def printed(path: str, label: str) -> bytes:
    """Return what a program prints, without the newline at its end; it may talk to the reader."""
    import subprocess

    client = os.path.splitext(os.path.basename(path))[0].endswith(CLIENT)
    command = [os.path.abspath(path), *(["--vault-id", label] if client and label else [])]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    except OSError as error:
        raise VaultError(f"cannot run the vault password file {path}: {error.strerror}", None,
                         "it is executable; take that away from a file that holds the password itself: "
                         f"chmod -x {path}") from None
    if done.returncode:
        raise VaultError(f"the vault password program {path} failed with status {done.returncode}")
    return done.stdout.strip(b"\r\n")
