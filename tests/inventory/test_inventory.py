"""Inventories gathered from their sources."""

import cProfile

import pytest

from muster.inventory import directories, gather
from muster.inventory.patterns import select
from tests.inventory.fleets import ini_of, yaml_of


def test_without_a_source_there_is_only_the_implicit_localhost(project):
    project.write({"group_vars/all.yml": "a: 1", "host_vars/localhost.yml": "b: 2", "group_vars/ungrouped.yml": "c: 3"})
    inventory = gather([], str(project.directory))
    assert dict(inventory.hosts) == {}
    assert list(inventory.groups) == ["all", "ungrouped"]
    (host,) = select(inventory, "localhost").hosts
    assert [host.get(name) for name in ("a", "b", "c", "ansible_connection")] == [1, 2, None, "local"]
    assert select(inventory, "all").hosts == []


def test_the_implicit_localhost_stays_local_though_group_vars_say_ssh(project):
    project.write({"hosts": "h\n", "group_vars/all.yml": "ansible_connection: ssh"})
    assert project.gather("hosts").localhost.get("ansible_connection") == "local"


def test_host_vars_of_localhost_win_over_its_being_implicit(project):
    project.write({"hosts": "h\n", "host_vars/localhost.yml": "ansible_connection: ssh"})
    assert project.gather("hosts").localhost.get("ansible_connection") == "ssh"


def test_a_listed_localhost_is_a_host_like_others(project):
    inventory = project.ini("[web]\nlocalhost\n")
    assert inventory.localhost is inventory.hosts["localhost"]
    assert inventory.localhost.groups == ("all", "web")
    assert inventory.localhost.get("ansible_connection") is None


def test_sources_are_merged_and_later_ones_win(project, variables):
    project.write({
        "one.ini": "[web]\na x=1 y=1\nb\n[prod:children]\nweb\n[web:vars]\nz=1\n",
        "two.yml": "web:\n  hosts:\n    a: {x: 2}\n    c:\n  vars: {z: 2}\nother:\n  hosts: {b: }\n",
    })
    inventory = project.gather("one.ini", "two.yml")
    assert list(inventory.hosts) == ["a", "b", "c"]
    assert variables(inventory.hosts["a"]) == {"x": 2, "y": 1, "z": 2}
    assert inventory.hosts["b"].groups == ("all", "other", "prod", "web")
    assert inventory.groups["web"].variables == {"z": 2}
    assert inventory.sources == (project.path("one.ini"), project.path("two.yml"))


def test_groups_are_told_with_their_priority(project):
    inventory = project.ini("[web]\na\n[web:vars]\nansible_group_priority=5\nx=1\n")
    assert inventory.groups["web"].priority == 5
    assert inventory.groups["web"].variables == {"x": 1}


@pytest.mark.parametrize(
    ("inventory", "playbook", "expected"),
    [
        (["/a"], "/b", (["/a"], ["/b"])),
        (["/a"], "/a", (["/a"], [])),
        (["/a", "/b"], "/a", (["/a", "/b"], ["/a"])),
        (["/a", "/b", "/a"], None, (["/b", "/a"], [])),
        ([], "/a", ([], ["/a"])),
        (["/a/"], "/a/x/..", (["/a"], [])),
    ],
)
def test_a_directory_counts_where_it_comes_last(inventory, playbook, expected):
    assert directories(inventory, playbook) == expected


def test_the_probe_of_the_rules_gives_the_values_they_state(project):
    """R01, R02, R04 and R05 on one inventory, with group_vars and host_vars beside it."""
    project.write({
        "hosts.ini": "[web]\nh1 typed=True text=true number=5\nh2\n[child]\nh1\n[parent:children]\nchild\n"
                     "[all:vars]\nover=all\neverywhere=1\n[parent:vars]\nover=parent\ntie=parent\n[child:vars]\ntie=child\n"
                     "[web:vars]\nlist=[1, 2]\n",
        "group_vars/all.yml": "over: group_vars_all\nmerged: {a: 1, b: 2}\n",
        "group_vars/web.yml": "merged: {b: 3}\n",
        "host_vars/h1.yml": "from: host_vars\n",
    })
    host = project.gather("hosts.ini", playbook=".").hosts["h1"]
    found = {name: host.get(name) for name in
             ("typed", "text", "number", "everywhere", "over", "tie", "list", "merged", "from")}
    assert found == {"typed": True, "text": "true", "number": 5, "everywhere": 1, "over": "group_vars_all",
                     "tie": "child", "list": [1, 2], "merged": {"b": 3}, "from": "host_vars"}
    assert host.groups == ("all", "parent", "web", "child")


@pytest.mark.parametrize(("ending", "fleet"), [("ini", ini_of), ("yml", yaml_of)])
def test_ten_times_the_hosts_are_ten_times_the_work(project, ending, fleet):
    """Counted in calls of functions, which no busy machine makes more; `make bench` tells the time."""
    project.write({f"group_vars/g{group}.yml": "b: [1, 2]\nc: {d: e}\n" for group in range(50)})

    def calls(count):
        project.write({f"hosts.{ending}": fleet(count)})
        profile = cProfile.Profile()
        selection = profile.runcall(lambda: select(project.gather(f"hosts.{ending}"), "all"))
        assert len(selection.hosts) == count and selection.hosts[0].get("c") == {"d": "e"}
        return sum(entry.callcount for entry in profile.getstats())

    assert calls(5000) < 11 * calls(500)
