"""INI inventories."""

import pytest

from muster.errors import InventoryError
from muster.inventory.draft import Draft
from muster.inventory.ini import literal, read_ini


def test_an_ini_inventory_reads_as_ansible_reads_it(case_of_ini, project, variables):
    inventory = project.ini(case_of_ini["text"])
    found = {name: variables(host) for name, host in inventory.hosts.items()}
    assert found == case_of_ini["hosts"]
    assert list(found) == list(case_of_ini["hosts"])
    for name, hosts in case_of_ini.get("groups", {}).items():
        assert list(inventory.groups[name].hosts) == hosts
    for name, children in case_of_ini.get("children", {}).items():
        assert list(inventory.groups[name].children) == children


def test_types_of_values_are_those_of_the_literals(case_of_ini, project, variables):
    """Equality alone would take True for 1 and 5 for 5.0."""
    inventory = project.ini(case_of_ini["text"])
    for name, expected in case_of_ini["hosts"].items():
        found = variables(inventory.hosts[name])
        assert {key: type(value) for key, value in found.items()} == {k: type(v) for k, v in expected.items()}


def test_errors_say_where_and_what_to_do(case_of_ini_errors, project):
    with pytest.raises(InventoryError) as raised:
        project.ini(case_of_ini_errors["text"])
    error = raised.value
    assert error.origin is not None
    assert error.origin.file == project.path("hosts.ini")
    assert [error.origin.line, error.origin.column] == case_of_ini_errors["at"]
    assert case_of_ini_errors["says"] in error.message
    assert case_of_ini_errors["hint"] in error.hint
    assert bool(case_of_ini_errors["hint"]) == bool(error.hint)


def test_variables_know_where_they_stand():
    draft = Draft()
    read_ini('[web]\n  h a=1 b="x y"\n[web:vars]\n  c =  3\n', "hosts", draft)
    (of_host, _), (of_group, file) = draft.hosts["h"][0], draft.groups["web"].variables[0]
    assert str(of_host.keys_at["b"]) == "hosts:2:9"
    assert str(of_host.origins["b"]) == "hosts:2:11"
    assert str(of_group.keys_at["c"]) == "hosts:4:3"
    assert str(of_group.origins["c"]) == "hosts:4:8"
    assert file == "hosts"


def test_groups_of_an_earlier_source_can_be_children_and_have_variables():
    draft = Draft()
    read_ini("[web]\nh", "one", draft)
    read_ini("[prod:children]\nweb\n[web:vars]\na=1", "two", draft)
    assert list(draft.groups["prod"].children) == ["web"]
    assert draft.groups["web"].variables == [({"a": 1}, "two")]


def test_an_empty_inventory_has_no_hosts(project):
    assert dict(project.ini("# nothing yet\n").hosts) == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [("(1, 2)", [1, 2]), ("{'b', 'a'}", ["a", "b"]), ("1,2", [1, 2]), ("-5", -5), ("1_000", 1000), ("1+2j", "1+2j"),
     ("{{ 5 }}", "{{ 5 }}"), ("False", False), ("...", "..."), ("a b", "a b"), ("[1, b'x']", "[1, b'x']"),
     ("(" * 500, "(" * 500), ("0x" + "f" * 9000, "0x" + "f" * 9000), ("[", "["), ("", "")],
)
def test_literals_are_data_and_everything_else_is_text(text, value):
    assert literal(text) == value
    assert type(literal(text)) is type(value)


def test_a_doubtful_escape_is_read_without_a_warning(recwarn):
    assert literal(r'"\d+"') == r"\d+"
    assert not recwarn.list
