"""The draft of an inventory."""

import pytest

from muster.errors import InventoryError, Origin
from muster.inventory.draft import Draft
from muster.inventory.located import located, put

HERE = Origin("hosts", 1, 1)


def test_a_path_leads_down_from_group_to_group():
    draft = Draft()
    draft.add_child("a", "b", None)
    draft.add_child("b", "c", None)
    draft.add_child("a", "d", None)
    assert draft.path("a", "c") == ["a", "b", "c"]
    assert draft.path("c", "a") == []
    assert draft.path("a", "a") == ["a"]


def test_a_group_may_have_two_parents():
    draft = Draft()
    for parent, child in (("top", "left"), ("top", "right"), ("left", "bottom"), ("right", "bottom")):
        draft.add_child(parent, child, None)
    draft.settle()
    assert list(draft.groups["all"].children) == ["ungrouped", "top"]


def test_a_circle_is_refused_and_leaves_the_draft_as_it_was():
    draft = Draft()
    draft.add_child("a", "b", None)
    with pytest.raises(InventoryError, match="b > a > b"):
        draft.add_child("b", "a", HERE)
    assert not draft.groups["b"].children


def test_hosts_given_together_share_their_variables():
    draft = Draft()
    values = {"a": 1}
    draft.add_hosts("web", ["w1", "w2"], values, "hosts")
    assert draft.hosts["w1"][0][0] is draft.hosts["w2"][0][0] is values


def test_the_priority_is_taken_out_and_the_places_of_the_others_stay():
    values = located(HERE)
    put(values, "a", 1, HERE, Origin("hosts", 2, 3))
    put(values, "ansible_group_priority", "7", HERE, HERE)
    draft = Draft()
    draft.set_variables("web", values, "hosts")
    ((kept, _),) = draft.groups["web"].variables
    assert kept == {"a": 1}
    assert kept.origins["a"] == Origin("hosts", 2, 3)
    assert draft.groups["web"].priority == 7
    assert "ansible_group_priority" in values


def test_a_host_of_all_alone_is_ungrouped_once_settled():
    draft = Draft()
    draft.add_hosts("all", ["a", "b"], {}, "hosts")
    draft.add_hosts("web", ["b"], {}, "hosts")
    draft.settle()
    assert list(draft.groups["ungrouped"].hosts) == ["a"]
    assert list(draft.groups["all"].hosts) == ["a", "b"]
