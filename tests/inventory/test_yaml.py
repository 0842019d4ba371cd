"""YAML inventories."""

import pytest

from muster.errors import InventoryError, LoadError


def test_a_yaml_inventory_reads_as_ansible_reads_it(case_of_yaml, project, variables):
    project.write({"hosts.yml": case_of_yaml["text"]})
    inventory = project.gather("hosts.yml")
    found = {name: variables(host) for name, host in inventory.hosts.items()}
    assert found == case_of_yaml["hosts"]
    assert list(found) == list(case_of_yaml["hosts"])
    for name, hosts in case_of_yaml.get("groups", {}).items():
        assert list(inventory.groups[name].hosts) == hosts
    for name, children in case_of_yaml.get("children", {}).items():
        assert list(inventory.groups[name].children) == children


def test_errors_say_where_and_what_to_do(case_of_yaml_errors, project):
    project.write({"hosts.yml": case_of_yaml_errors["text"]})
    with pytest.raises(InventoryError) as raised:
        project.gather("hosts.yml")
    error = raised.value
    assert error.origin is not None
    assert error.origin.file == project.path("hosts.yml")
    assert [error.origin.line, error.origin.column] == case_of_yaml_errors["at"]
    assert case_of_yaml_errors["says"] in error.message
    assert case_of_yaml_errors["hint"] in error.hint
    assert bool(case_of_yaml_errors["hint"]) == bool(error.hint)


def test_what_is_not_yaml_is_told_where_it_breaks(project):
    project.write({"hosts.yml": "[web]\nh1\n"})
    with pytest.raises(LoadError) as raised:
        project.gather("hosts.yml")
    assert raised.value.origin.line == 2


def test_variables_know_where_they_stand(project):
    project.write({"hosts.yml": "web:\n  hosts:\n    a:\n      x: 1\n"})
    (layer,) = project.gather("hosts.yml").hosts["a"].layers
    assert layer.values.origins["x"].line == 4
    assert layer.values.origins["x"].column == 10
    assert layer.source == project.path("hosts.yml")
