"""Inventory scripts."""

import json

import pytest

from muster.errors import InventoryError
from muster.model import Vaulted

WHOLE = {
    "web": {"hosts": ["w1", "w2"], "vars": {"a": 1}},
    "canary": ["w2"],
    "prod": {"children": ["web"], "vars": {"a": 0, "b": 2}},
    "_meta": {"hostvars": {"w1": {"rack": "5"}, "ghost": {"rack": 9}}},
}


@pytest.fixture
def script(project):
    def write(body, interpreter="#!/bin/sh"):
        project.write({"inventory": f"{interpreter}\n{body}\n"})
        (project.directory / "inventory").chmod(0o755)
        return project.gather("inventory")

    return write


def printing(content):
    return f"cat <<'END'\n{json.dumps(content)}\nEND"


def refused(script, body, **options):
    with pytest.raises(InventoryError) as raised:
        script(body, **options)
    return raised.value


def test_hosts_groups_and_variables_are_read(script, variables):
    inventory = script(printing(WHOLE))
    assert {name: variables(host) for name, host in inventory.hosts.items()} == {
        "w1": {"a": 1, "b": 2, "rack": "5"},
        "w2": {"a": 1, "b": 2},
    }
    assert inventory.groups["canary"].hosts == ("w2",)
    assert inventory.groups["prod"].children == ("web",)


def test_hosts_are_not_ranges(script):
    inventory = script(printing({"web": ["a[1:2]"], "_meta": {"hostvars": {}}}))
    assert list(inventory.hosts) == ["a[1:2]"]


def test_without_meta_each_host_is_asked_for_once(script, variables, tmp_path):
    log = tmp_path / "log"
    inventory = script(
        f'echo "$@" >> {log}\n'
        'if [ "$1" = --list ]; then echo \'{"web": ["w1", "w2"], "all": {"hosts": ["w1"]}}\'; '
        'else echo "{\\"me\\": \\"$2\\"}"; fi'
    )
    assert [variables(host) for host in inventory.hosts.values()] == [{"me": "w1"}, {"me": "w2"}]
    assert log.read_text().splitlines() == ["--list", "--host w1", "--host w2"]


def test_a_host_about_which_it_says_nothing_has_no_variables(script, variables):
    inventory = script('[ "$1" = --host ] || echo \'{"web": ["w1"]}\'')
    assert variables(inventory.hosts["w1"]) == {}


def test_a_script_that_fails_is_told_with_its_last_words(script):
    error = refused(script, "echo no credentials >&2; exit 3")
    assert "--list failed with status 3" in error.message
    assert error.hint == "no credentials"


def test_a_script_without_an_interpreter_is_told(script):
    error = refused(script, "", interpreter="#!/does/not/exist")
    assert "cannot run the inventory script" in error.message
    assert "#!/usr/bin/env" in error.hint


def test_output_that_is_not_json_is_told(script):
    assert "did not print JSON" in refused(script, "echo hello").message
    assert "did not print JSON" in refused(script, "head -c 100000 /dev/zero | tr '\\\\0' '['").message


@pytest.mark.parametrize(
    ("content", "says"),
    [([1], "the output of --list is not an object"), ({"web": 5}, "the group web is not an object"),
     ({"web": {"hosts": "w1"}}, "web is not a list"), ({"web": [5]}, "a host of web is not text"),
     ({"web": {"children": [5]}}, "a child of web is not text"),
     ({"web": {"vars": [1]}}, "vars of web is not an object"),
     ({"web": ["a"], "_meta": {"hostvars": {"a": 5}}}, "the variables of a is not an object"),
     ({"web": ["a"], "_meta": {"hostvars": []}}, "_meta.hostvars is not an object"),
     ({"web": [""]}, "cannot be the name of a host"), ({"web": ["a\0"]}, "cannot be the name of a host"),
     ({"web": {"hots": ["a"]}}, 'has a key "hots"'), ({"a": {"children": ["a"]}}, "a > a")],
)
def test_output_of_another_shape_is_told(script, content, says):
    assert says in refused(script, printing(content)).message


def test_encrypted_values_are_objects_with_one_key(script, variables, project):
    found = script(printing({"web": ["a"], "_meta": {"hostvars": {"a": {"x": {"__ansible_vault": "text"}}}}}))
    value = variables(found.hosts["a"])["x"]
    assert isinstance(value, Vaulted)
    assert (value.text, value.origin.file) == ("text", project.path("inventory"))
