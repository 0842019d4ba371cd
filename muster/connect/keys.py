"""Private keys, each read once for all hosts, its passphrase asked for once."""

from __future__ import annotations

import getpass
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from muster.errors import OptionError

if TYPE_CHECKING:
    import paramiko

ATTEMPTS = 3  # To type a passphrase, as with ssh.

class Keys:
    """The private keys of a run. Threads may share it: the first to need a key reads it, the others wait.

    ask: function (prompt) that returns what the user types, unseen
    """

    def __init__(self, ask: Callable[[str], str] = getpass.getpass) -> None:
        self.ask = ask
        self.guard = threading.Lock()
        self.open: dict[str, paramiko.PKey | None] = {}
        self.locked: set[str] = set()

    def load(self, path: str) -> paramiko.PKey | None:
        """Return a private key, with its certificate if there is one beside it (-cert.pub).

        None when there is no such file, or when it is locked. Raises OptionError for a file that is no key.
        """
        with self.guard:
            if path not in self.open:
                self.open[path] = None
                if os.path.isfile(os.path.expanduser(path)):
                    try:
                        self.open[path] = read(path)
                    except Locked:
                        self.locked.add(path)
            return self.open[path]

    def unlock(self, path: str) -> paramiko.PKey | None:
        """Return a key as `load` does, but ask for its passphrase if it is locked.

        Nobody is asked off a terminal, and nobody twice: who does not know it goes on without that key. While one
        thread asks, others that want the key wait for the answer.
        """
        with self.guard:
            if path in self.locked:
                self.locked.discard(path)
                self.open[path] = self.asked(path) if sys.stdin.isatty() else None
            return self.open.get(path)

    def asked(self, path: str) -> paramiko.PKey | None:
        for _ in range(ATTEMPTS):
            passphrase = self.ask(f"Passphrase for {path}: ")
            if not passphrase:
                return None
            try:
                return read(path, passphrase)
            except Locked:
                continue
        return None


class Locked(Exception):
    """A key wants another passphrase."""


def read(path: str, passphrase: str | None = None) -> paramiko.PKey:
    """Return the key in a file; raises Locked, or OptionError when the file holds no key."""
    import paramiko

    try:
        return paramiko.PKey.from_path(os.path.expanduser(path), passphrase.encode() if passphrase else None)  # type: ignore[arg-type]
    except (TypeError, paramiko.PasswordRequiredException):
        raise Locked from None  # cryptography: "Password was not given but private key is encrypted"
    except Exception as error:  # paramiko and cryptography raise a dozen kinds for a file that is no key.
        if passphrase:
            raise Locked from None
        raise OptionError(f"the private key {path} cannot be used: {error}") from None


def public(path: str) -> bytes | None:
    """Return the public half of a private key from the .pub file beside it, None when there is none."""
    import base64
    import binascii

    try:
        with open(os.path.expanduser(path) + ".pub", encoding="ascii") as file:
            return base64.b64decode(file.read().split()[1])
    except (OSError, IndexError, binascii.Error, UnicodeDecodeError):
        return None
