"""The hosts of an inventory."""

import pytest

from muster.errors import InventoryError

TWO = {"hosts": "[web]\na\nb\n[db]\nc\n", "group_vars/web.yml": "v: 1"}


def test_hosts_are_a_mapping_in_the_order_of_the_source(project):
    project.write(TWO)
    hosts = project.gather("hosts").hosts
    assert list(hosts) == ["a", "b", "c"]
    assert len(hosts) == 3
    assert "a" in hosts
    assert "d" not in hosts
    assert hosts.get("d") is None
    with pytest.raises(KeyError):
        hosts["d"]


def test_a_host_is_made_once(project):
    project.write(TWO)
    hosts = project.gather("hosts").hosts
    assert hosts["a"] is hosts["a"]


def test_hosts_of_the_same_groups_share_their_layers(project):
    project.write(TWO)
    hosts = project.gather("hosts").hosts
    assert hosts["a"].layers[0] is hosts["b"].layers[0]
    assert hosts["a"].groups is hosts["b"].groups
    assert hosts["c"].layers == ()


def test_files_are_read_when_a_host_that_has_them_is_looked_up(project):
    wrong = ("host_vars/a.yml", "group_vars/db.yml", "group_vars/nobody.yml")
    project.write({**TWO, **dict.fromkeys(wrong, "- wrong")})
    hosts = project.gather("hosts").hosts
    assert hosts["b"].get("v") == 1
    with pytest.raises(InventoryError, match="a mapping of names to values"):
        hosts["a"]
    with pytest.raises(InventoryError, match="a mapping of names to values"):
        hosts["c"]
