"""What is in a directory."""

from __future__ import annotations

import os

from muster.errors import InventoryError


def listing(directory: str) -> list[str]:
    """Return the names in a directory, sorted. Raises InventoryError when it cannot be listed."""
    try:
        return sorted(os.listdir(directory))
    except OSError as error:
        raise InventoryError(f"cannot list the directory {directory}: {error.strerror}") from None


def within(directory: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """Return the directories that what is in this one is in; raise InventoryError when a link leads back up.

    above: those that this one is in
    """
    real = os.path.realpath(directory)
    if real in above:
        raise InventoryError(f"the directory {directory} is inside of itself: a symbolic link leads back to {real}")
    return (*above, real)
