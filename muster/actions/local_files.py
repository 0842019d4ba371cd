"""Files of the controller that actions send."""

from __future__ import annotations

import os
import stat
from typing import Any

from muster.actions.action import Failed
from muster.vault.keyring import KEYRING


def read(path: str, decrypt: bool = True) -> bytes:
    """Return the content of a file, decrypted if it is encrypted; raise Failed when it cannot be read, or VaultError.

    decrypt: false for the content as it is
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise Failed(f"cannot read {path} on the controller: {error.strerror}") from None
    return KEYRING.content(content, path) if decrypt else content


def with_mode(arguments: dict[str, Any], path: str) -> dict[str, Any]:
    """Return arguments for `copy`, with the permissions of the file at `path` in place of `mode: preserve`."""
    if arguments.get("mode") == "preserve":
        return {**arguments, "mode": stat.S_IMODE(os.stat(path).st_mode)}
    return arguments
