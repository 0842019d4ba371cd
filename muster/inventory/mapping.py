"""YAML files that must hold a mapping."""

from __future__ import annotations

from muster.errors import InventoryError, Origin
from muster.load.yaml import read_file
from muster.model import LocatedDict


def read_mapping(file: str, what: str) -> LocatedDict | None:
    """Return the mapping in a file; None when the file is empty.

    what: what the file should be, in words ("a YAML inventory is a mapping of groups")
    Raises InventoryError when it is something else, LoadError when it cannot be read as YAML.
    """
    content = read_file(file)
    if content is None or isinstance(content, LocatedDict):
        return content
    found = "a list" if isinstance(content, list) else repr(content)
    raise InventoryError(f"{what}, and this is {found}", Origin(file, 1, 1))
