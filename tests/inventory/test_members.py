"""Hosts of a group."""

import pytest

from muster.inventory.members import members
from muster.model import Group

GROUPS = {
    "all": Group("all", (), ("ungrouped", "top")),
    "ungrouped": Group("ungrouped", ("u",)),
    "top": Group("top", ("t",), ("mid1", "mid2")),
    "mid1": Group("mid1", ("m1", "shared"), ("leaf",)),
    "mid2": Group("mid2", ("m2", "shared"), ("leaf",)),
    "leaf": Group("leaf", ("l", "t")),
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("all", ["u", "t", "m1", "shared", "m2", "l"]), ("top", ["t", "m1", "shared", "m2", "l"]),
     ("mid2", ["m2", "shared", "l", "t"]), ("leaf", ["l", "t"])],
)
def test_hosts_come_level_by_level_and_once(name, expected):
    assert members(GROUPS, name) == expected
