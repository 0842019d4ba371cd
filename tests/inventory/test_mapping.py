"""YAML files that must hold a mapping."""

import pytest

from muster.errors import InventoryError, LoadError
from muster.inventory.mapping import read_mapping


def test_a_mapping_is_returned_with_its_places(tmp_path):
    (tmp_path / "a").write_text("x: 1\n")
    assert read_mapping(str(tmp_path / "a"), "").origins["x"].column == 4


def test_an_empty_file_is_none(tmp_path):
    (tmp_path / "a").write_text("---\n# nothing\n")
    assert read_mapping(str(tmp_path / "a"), "") is None


@pytest.mark.parametrize(("text", "says"), [("- a\n", "a mapping, and this is a list"), ("a\n", "and this is 'a'")])
def test_anything_else_is_refused(tmp_path, text, says):
    (tmp_path / "a").write_text(text)
    with pytest.raises(InventoryError, match=says) as raised:
        read_mapping(str(tmp_path / "a"), "should be a mapping")
    assert raised.value.origin.file == str(tmp_path / "a")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(LoadError, match="cannot read"):
        read_mapping(str(tmp_path / "none"), "")
