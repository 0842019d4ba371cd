"""The vault passwords of a run, and what is opened with them. Whatever is opened is secret from then on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from muster.errors import Origin, VaultError
from muster.model import Vaulted
from muster.secrets import SECRETS
from muster.vault.envelope import DEFAULT, Altered, Sealed, WrongPassword, is_sealed, parse, unseal


class Key(NamedTuple):
    """A password and the label it goes by."""

    label: str
    password: bytes

    def __repr__(self) -> str:
        return f"Key({self.label!r})"


class Keyring:
    """Opens what is encrypted. Every text is opened once: making a key of a password takes milliseconds.

    strict: only keys with the label of a text are tried
    """

    def __init__(self, keys: Sequence[Key] = (), strict: bool = False) -> None:
        self.keys: tuple[Key, ...] = tuple(keys)
        self.strict = strict
        self.known: dict[str, tuple[bytes, Key]] = {}
        self.guard = threading.Lock()

    def use(self, keys: Sequence[Key], strict: bool = False) -> None:
        """Take these keys in place of those it has."""
        self.keys, self.strict, self.known = tuple(keys), strict, {}

    def unlock(self, text: str, place: Origin | None = None) -> tuple[bytes, Key]:
        """Return the content of a vault text and the key that opened it; raises VaultError.

        As in Ansible the keys with the label of the text are tried first, and then, unless it is strict, all others.
        """
        with self.guard:
            if text not in self.known:
                self.known[text] = self.tried(parse(text, place), place)
            return self.known[text]

    def tried(self, sealed: Sealed, place: Origin | None) -> tuple[bytes, Key]:
        altered = False
        for key in sorted(self.keys, key=lambda key: key.label != sealed.label):
            if self.strict and key.label != sealed.label:
                break
            try:
                return unseal(sealed, key.password), key
            except WrongPassword:
                continue
            except Altered:
                altered = True
        if altered:
            raise VaultError("this was changed after it had been encrypted: the password fits, the checksum does not",
                             place, "restore it from a copy")
        raise self.locked(sealed.label, place)

    def locked(self, label: str, place: Origin | None) -> VaultError:
        """Return the error for what no key opens."""
        kind = "" if label == DEFAULT else f' with the password labelled "{label}"'
        option = "--vault-password-file FILE" if label == DEFAULT else f"--vault-id {label}@FILE"
        if not self.keys:
            return VaultError(f"this is encrypted{kind}, and no vault password was given", place,
                              f"give {option}, or --ask-vault-pass")
        given = ", ".join(dict.fromkeys(key.label for key in self.keys))
        return VaultError(f"this is encrypted{kind}, and none of the vault passwords given opens it", place,
                          f"given are: {given}; {option} gives another")

    def reveal(self, value: Vaulted) -> str:
        """Return the text of a `!vault` value; raises VaultError."""
        text = decoded(self.unlock(value.text, value.origin)[0], value.origin)
        SECRETS.add(text)
        return text

    def text(self, text: str, file: str) -> str:
        """Return the text of a file, decrypted if it is encrypted; raises VaultError.

        What it is made of is for whoever reads the file to keep secret, with `SECRETS.add_all`.
        """
        if not is_sealed(text):
            return text
        place = Origin(file, 1, 1)
        return decoded(self.unlock(text, place)[0], place)

    def content(self, content: bytes, file: str) -> bytes:
        """Return the content of a file, decrypted if it is encrypted; its lines, and what they set, are secret then.

        Not those of a binary file, of which nothing shows as text: they are many (to learn 2 MB took a minute), and
        none of them is a word.
        """
        if not is_sealed(content):
            return content
        opened, _ = self.unlock(content.decode("utf-8", "replace"), Origin(file, 1, 1))
        if b"\0" not in opened:
            readable = opened.decode("utf-8", "replace")
            SECRETS.add(readable)
            SECRETS.add_settings(readable)
        return opened

    def read(self, path: str) -> bytes:
        """Return the content of the file at a path, decrypted if it is encrypted; raises VaultError or OSError."""
        return self.content(Path(path).read_bytes(), path)


def decoded(content: bytes, place: Origin) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"what is encrypted here is not UTF-8 text: the byte {content[error.start]:#x}"
        raise VaultError(message, place) from None


def revealed(value: Any) -> Any:
    """Return a value, that of a `!vault` one decrypted."""
    return KEYRING.reveal(value) if isinstance(value, Vaulted) else value


# Whatever reads a file may find it encrypted, on every floor; so the process has one keyring, as it has one umask.
KEYRING = Keyring()
