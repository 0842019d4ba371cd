import pytest

from muster.inventory import gather
from muster.inventory.joined import joined


@pytest.fixture
def inventory(tmp_path):
    (tmp_path / "hosts").write_text("a x=1\nb\n[web]\na\n[web:vars]\ng=web\n")
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "new.yml").write_text("g: new\nfrom_file: true\n")
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "c.yml").write_text("own: 1\n")
    return gather([str(tmp_path / "hosts")], None)


def test_a_new_host_is_in_its_groups_with_the_variables_of_their_files(inventory):
    made = joined(inventory, "c", ["new"], variables={"given": 1})
    host = made.hosts["c"]
    assert host.groups == ("all", "new")
    assert [host.get(name) for name in ("g", "from_file", "own", "given")] == ["new", True, 1, 1]
    assert made.groups["new"].hosts == ("c",)
    assert list(made.hosts) == ["a", "b", "c"]


def test_a_host_that_is_known_keeps_what_it_has(inventory):
    host = joined(inventory, "a", ["new"]).hosts["a"]
    assert set(host.groups) == {"all", "new", "web"}
    assert host.get("x") == 1


def test_what_was_there_stays_as_it_was(inventory):
    joined(inventory, "b", ["web", "new"], variables={"x": 2})
    assert inventory.hosts["b"].groups == ("all", "ungrouped")
    assert inventory.hosts["b"].get("x") is None
    assert "new" not in inventory.groups
    assert inventory.groups["web"].hosts == ("a",)


def test_a_new_group_is_a_child_of_those_that_were_named(inventory):
    made = joined(inventory, "b", ["new"], parents=("web",))
    assert made.groups["web"].children == ("new",)
    assert set(made.hosts["b"].groups) == {"all", "web", "new"}
    assert made.hosts["b"].get("g") == "new"


def test_a_host_without_groups_is_ungrouped_until_it_joins_one(inventory):
    alone = joined(inventory, "c", [])
    assert alone.hosts["c"].groups == ("all", "ungrouped")
    assert joined(alone, "c", ["new"]).groups["ungrouped"].hosts == ("b",)
