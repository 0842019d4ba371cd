"""The permissions that new files do not get."""

import contextlib
import os

from muster.target.files import parse_mode


@contextlib.contextmanager
def masked(umask):
    """While this lasts new files get no permissions that are in the umask, a mode; None leaves it as it is."""
    before = None if umask is None else os.umask(parse_mode(umask, 0))
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)
