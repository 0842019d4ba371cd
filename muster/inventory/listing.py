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
