"""Which variables win."""

import pytest

from muster.inventory.draft import Draft
from muster.inventory.precedence import RANKS, Groups

GROUP_INLINE = "[web]\nh\n[web:vars]\nv=0\n"
# What sets `v` in each rank, lowest first. The inventory file comes twice: for its groups, and for its hosts.
EVERY_RANK = [
    ("inventory/hosts", GROUP_INLINE),
    ("inventory/group_vars/all.yml", "v: 1"),
    ("play/group_vars/all.yml", "v: 2"),
    ("inventory/group_vars/web.yml", "v: 3"),
    ("play/group_vars/web.yml", "v: 4"),
    ("inventory/hosts", GROUP_INLINE.replace("h\n", "h v=5\n", 1)),
    ("inventory/host_vars/h.yml", "v: 6"),
    ("play/host_vars/h.yml", "v: 7"),
]


def test_r01_a_host_has_its_layers_in_the_documented_order(project):
    project.write(dict(EVERY_RANK))
    layers = project.gather("inventory/hosts", playbook="play").hosts["h"].layers
    assert [layer.rank for layer in layers] == list(RANKS)
    assert [layer.values["v"] for layer in layers] == list(range(8))
    assert [layer.source for layer in layers] == [project.path(name) for name, _ in EVERY_RANK]


@pytest.mark.parametrize("kept", range(1, 9))
def test_r01_the_highest_rank_that_is_there_wins(project, kept):
    """Ranks are taken away from the top, down to the group variables in the inventory file."""
    project.write(dict(EVERY_RANK[:kept]))
    assert project.gather("inventory/hosts", playbook="play").hosts["h"].get("v") == kept - 1


def test_r04_group_vars_all_beats_a_group_of_the_inventory_file(project):
    project.write({"hosts": "[web]\nh\n[web:vars]\na=group\n", "group_vars/all": "a: all"})
    assert project.gather("hosts").hosts["h"].get("a") == "all"


def test_r04_dictionaries_are_replaced_whole(project):
    project.write({"hosts": "[web]\nh\n", "group_vars/all.yml": "d: {a: 1, b: 2}", "group_vars/web.yml": "d: {b: 3}"})
    assert project.gather("hosts").hosts["h"].get("d") == {"b": 3}


def test_files_of_a_child_group_beat_those_of_its_parent(project):
    project.write({"hosts": "[a]\nh\n[b:children]\na\n",
                   "group_vars/a.yml": "v: child", "group_vars/b.yml": "v: parent"})
    assert project.gather("hosts").hosts["h"].get("v") == "child"


def test_a_later_source_wins_even_with_a_parent_group(project):
    """Checked against ansible-core 2.19.14: sources go before the depth of groups."""
    project.write({"one/hosts": "[p:children]\nc\n[c]\nh\n", "one/group_vars/c.yml": "v: child", "two/hosts": "h\n",
                   "two/group_vars/p.yml": "v: parent"})
    assert project.gather("one/hosts", "two/hosts").hosts["h"].get("v") == "parent"
    assert project.gather("two/hosts", "one/hosts").hosts["h"].get("v") == "child"


def test_inline_variables_of_a_child_group_beat_a_later_source(project):
    project.write({"one": "[p:children]\nc\n[c]\nh\n[c:vars]\nv=child\nw=1\n",
                   "two": "[p]\n[p:vars]\nv=parent\n[c]\n[c:vars]\nw=2"})
    host = project.gather("one", "two").hosts["h"]
    assert (host.get("v"), host.get("w")) == ("child", 2)


@pytest.mark.parametrize(
    ("links", "priorities", "host_in", "expected"),
    [
        ([], {}, ["b", "a"], ("all", "a", "b")),
        ([], {"a": 5}, ["b", "a"], ("all", "b", "a")),
        ([("b", "a")], {"b": 5}, ["a"], ("all", "b", "a")),
        ([("b", "a"), ("c", "b"), ("c", "a")], {}, ["a"], ("all", "c", "b", "a")),
        ([("b", "a")], {}, ["a", "c"], ("all", "b", "c", "a")),
        ([], {}, [], ("all", "ungrouped")),
    ],
)
def test_groups_are_ordered_by_depth_then_priority_then_name(links, priorities, host_in, expected):
    draft = Draft()
    draft.add_hosts("all", ["h"], {}, "")
    for group in host_in:
        draft.add_hosts(group, ["h"], {}, "")
    for parent, child in links:
        draft.add_child(parent, child, None)
    for group, priority in priorities.items():
        draft.set_variables(group, {"ansible_group_priority": priority}, "")
    draft.settle()
    assert Groups(draft.groups).of("h") == expected


def test_groups_may_be_in_each_other_deeper_than_calls_go():
    draft = Draft()
    for number in range(3000):
        draft.add_child(f"g{number}", f"g{number + 1}", None)
    draft.settle()
    assert Groups(draft.groups).depth("g3000") == 3001
