"""Files that are encrypted or decrypted where they are: replaced whole or not at all, and edited in private."""

from __future__ import annotations

import os
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from muster.errors import VaultError
from muster.vault.envelope import is_sealed

MEMORY = "/dev/shm"  # What is written here never gets to a disk.


def read(path: str) -> bytes:
    """Return the content of a file, "-" being standard input; raises VaultError."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise VaultError(f"cannot read {path}: {error.strerror}") from None


def write(path: str, content: bytes) -> None:
    """Give a file a new content, "-" being standard output; raises VaultError.

    It is replaced at once, and keeps its mode and its owner; a new one is its owner's alone, and so is one that holds
    plain text, as with ansible-vault. Of a link the file that it leads to is replaced.
    """
    if path == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        replace(os.path.realpath(path), content)
    except OSError as error:
        raise VaultError(f"cannot write {path}: {error.strerror}") from None


def replace(path: str, content: bytes) -> None:
    folder, name = os.path.split(path)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            if os.path.exists(path):
                keep_attributes(file.fileno(), os.stat(path), is_sealed(content))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def keep_attributes(descriptor: int, old: os.stat_result, mode: bool) -> None:
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    if mode:
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def edited(content: bytes, name: str, edit: Callable[[str], None]) -> bytes:
    """Return a content as the reader leaves it in an editor.

    name: of the file, by whose ending an editor knows what is in it
    edit: opens the file at a path in an editor and waits for its end
    The file, and whatever an editor puts beside it, is in a directory of the reader's own, which goes in any case.
    """
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with ending_in_order(), tempfile.TemporaryDirectory(prefix="muster-vault-", dir=place) as directory:
        path = os.path.join(directory, os.path.basename(name))
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        edit(path)
        return read(path)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let the signals that end a program raise SystemExit meanwhile, so that what it must not leave is removed."""

    def end(number: int, frame: Any) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
