import pytest

from muster.actions import find
from muster.actions.action import Failed, NewHost
from muster.signature import Signature
from tests.actions.harness import act


def convert(given):
    return Signature.of(find("add_host"), "add_host").convert(given, lambda name: None)


def test_a_host_is_added_with_groups_and_variables():
    assert act("add_host", name="web9", groups=["web", "new"], ansible_user="ec2-user", weight=5) == NewHost(
        "web9", ("web", "new"), {"ansible_user": "ec2-user", "weight": 5})


@pytest.mark.parametrize("name", ["name", "hostname", "host"])
@pytest.mark.parametrize("groups", ["groups", "group", "groupname"])
def test_arguments_have_other_names(name, groups):
    assert convert({name: "web9", groups: "web,new", "weight": 5}) == {
        "name": "web9", "groups": ["web", "new"], "weight": 5}


@pytest.mark.parametrize(("given", "name", "port"), [
    ("web9:2222", "web9", 2222),
    ("10.0.0.5:2222", "10.0.0.5", 2222),
    ("[fd00::5]:2222", "fd00::5", 2222),
    ("fd00::5", "fd00::5", None),
    ("web9", "web9", None),
])
def test_a_port_may_follow_the_name(given, name, port):
    found = act("add_host", name=given)
    assert (found.name, found.variables.get("ansible_port")) == (name, port)


def test_a_variable_may_have_any_name():
    assert act("add_host", name="web9", here="x", variables="y").variables == {"here": "x", "variables": "y"}


def test_a_port_given_as_a_variable_counts_more():
    assert act("add_host", name="web9:22", ansible_port=2222).variables == {"ansible_port": 2222}


def test_empty_names_of_groups_are_left_out():
    assert act("add_host", **convert({"name": "web9", "groups": "web,,"})).groups == ("web",)


def test_it_is_done_once_for_all_hosts():
    assert find("add_host").task["once"]


def test_a_host_needs_a_name():
    with pytest.raises(Failed, match="name is empty"):
        act("add_host", name="")
