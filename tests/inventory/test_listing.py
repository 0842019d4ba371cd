"""Listings of directories."""

import pytest

from muster.errors import InventoryError
from muster.inventory.listing import listing, within


def test_names_are_sorted(tmp_path):
    for name in ("b", "a", "C"):
        (tmp_path / name).touch()
    assert listing(str(tmp_path)) == ["C", "a", "b"]


def test_a_directory_that_cannot_be_listed_is_told(tmp_path):
    with pytest.raises(InventoryError, match="cannot list the directory .*/none: No such file"):
        listing(str(tmp_path / "none"))


def test_a_link_that_leads_back_up_is_told(tmp_path):
    (tmp_path / "up").symlink_to(".")
    inside = within(str(tmp_path), ())
    assert inside == (str(tmp_path),)
    with pytest.raises(InventoryError, match="is inside of itself"):
        within(str(tmp_path / "up"), inside)
