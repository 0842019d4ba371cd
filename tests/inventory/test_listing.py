"""Listings of directories."""

import pytest

from muster.errors import InventoryError
from muster.inventory.listing import listing


def test_names_are_sorted(tmp_path):
    for name in ("b", "a", "C"):
        (tmp_path / name).touch()
    assert listing(str(tmp_path)) == ["C", "a", "b"]


def test_a_directory_that_cannot_be_listed_is_told(tmp_path):
    with pytest.raises(InventoryError, match="cannot list the directory .*/none: No such file"):
        listing(str(tmp_path / "none"))
