import pytest

from muster.actions.action import Failed, NewHost
from tests.actions.harness import FakeHere, act


def test_the_host_joins_a_group():
    assert act("group_by", FakeHere("db1"), key="system_Debian") == NewHost("db1", groups=("system_Debian",))


def test_spaces_in_names_become_dashes():
    found = act("group_by", key="Red Hat", parents=["all systems"])
    assert (found.groups, found.parents) == (("Red-Hat",), ("all-systems",))


def test_a_group_without_parents_is_below_all():
    assert act("group_by", key="a").parents == ("all",)


def test_a_group_needs_a_name():
    with pytest.raises(Failed, match="key is empty"):
        act("group_by", key="")
