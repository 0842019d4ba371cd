"""Text files, read so that no name makes muster wait for ever or fill the memory: some are pipes, some have no end."""

from __future__ import annotations

import os
from pathlib import Path

from muster.errors import LoadError

LARGEST = 64 << 20


def text_of(path: str | Path, encoding: str = "utf-8") -> str:
    """Return the text of a file; raise OSError, UnicodeDecodeError, or LoadError for one of more than 64 MiB.

    A pipe is read to its end (`-i <(...)`), and a named one to which nobody writes is empty.
    """
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            os.set_blocking(file.fileno(), True)
            content = file.read(LARGEST + 1)
    except ValueError:
        raise LoadError(f"{str(path)!r} is no path of a file") from None
    if len(content) > LARGEST:
        raise LoadError(f"{path} has more than {LARGEST >> 20} MiB: that is no file for muster to read")
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
