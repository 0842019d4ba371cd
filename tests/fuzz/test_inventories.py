"""An inventory with anything in it is read, or refused as one; so are patterns of hosts."""

import json
import warnings
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from muster.errors import InputError
from muster.inventory import gather
from muster.inventory.patterns import select
from tests.fuzz.bounds import bounded, hurried
from tests.fuzz.mutations import among, bent, dumped, spoilt

CASES = Path(__file__).parents[1] / "inventory" / "cases"
TEXTS = {kind: [case["text"] for name in (f"{kind}.yml", f"{kind}_errors.yml")
                for case in yaml.safe_load((CASES / name).read_text(encoding="utf-8"))] for kind in ("ini", "yaml")}
PATTERNS = [case["name"] for case in yaml.safe_load((CASES / "patterns.yml").read_text(encoding="utf-8"))]
GROUPS = [{"all": {"hosts": {"a": {"x": 1}, "b[1:3]": None}, "vars": {"y": [1]}, "children": {
    "web": {"hosts": {"a": {}}, "vars": {"ansible_group_priority": 5}},
    "db": {"children": {"sub": {"hosts": {"c": None}}}}}}}]
PRINTED = [{"web": {"hosts": ["a", "b"], "children": ["db"], "vars": {"x": 1}}, "db": ["c"],
            "_meta": {"hostvars": {"a": {"y": {"z": [1, None]}}}}}]

JSON_VALUES = [None, True, 5, 1e400, "", "a", "\0", "\ud800", "h[1:3]", [], {}, [[]], {"": 5}]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    with bounded():
        yield tmp_path_factory.mktemp("inventory")


def gathered(directory, name, content):
    """Read a file and look at every host in it."""
    source = directory / name
    source.write_bytes(content)
    source.chmod(0o755 if content.startswith(b"#!") else 0o644)
    with warnings.catch_warnings(), hurried():
        warnings.simplefilter("ignore")
        try:
            inventory = gather([str(source)], str(directory))
            assert [host.name for host in inventory.hosts.values()] == list(inventory.hosts)
            select(inventory, "all:!web:&db")
        except InputError as error:
            assert error.origin or str(source) in error.message or "would contain itself" in error.message, error
            assert str(error)


@given(content=spoilt(among(TEXTS["ini"])))
def test_an_inventory_in_ini_format(directory, content):
    gathered(directory, "hosts.ini", content)


@given(content=spoilt(among(TEXTS["yaml"])))
def test_an_inventory_in_yaml_format(directory, content):
    gathered(directory, "hosts.yml", content)


@given(value=bent(among(GROUPS)))
def test_the_structure_of_an_inventory(directory, value):
    gathered(directory, "hosts.yml", dumped(value).encode())


@given(name=st.sampled_from(["all", "web.yml"]), value=bent(st.just({"a": 1, "b": {"c": ["{{ a }}"]}})))
def test_a_file_of_variables_beside_it(directory, name, value):
    (directory / "group_vars").mkdir(exist_ok=True)
    (directory / "group_vars" / name).write_text(dumped(value), encoding="utf-8")
    with warnings.catch_warnings(), hurried():
        warnings.simplefilter("ignore")
        (directory / "hosts.ini").write_text("[web]\na\n", encoding="utf-8")
        try:
            assert gather([str(directory / "hosts.ini")], None).hosts["a"].groups == ("all", "web")
        except InputError as error:
            assert error.origin, error
    (directory / "group_vars" / name).unlink()


@given(value=bent(among(PRINTED), values=among(JSON_VALUES)))
def test_what_a_script_prints(directory, value):
    try:
        printed = json.dumps(value)
    except (ValueError, TypeError):  # It is in itself, or has keys that JSON has not.
        printed = repr(value)[:100]
    (directory / "printed").write_text(printed, encoding="utf-8")
    gathered(directory, "script", f"#!/bin/sh\nexec cat {directory}/printed\n".encode())


@given(content=spoilt(among(PATTERNS)), limit=st.booleans())
def test_a_pattern(content, limit):
    pattern = content.decode("utf-8", "surrogateescape")
    inventory = gather(["h1,h2,web1,db-a,"], None)
    with hurried():
        try:
            hosts = select(inventory, "all", pattern).hosts if limit else select(inventory, pattern).hosts
            assert {host.name for host in hosts} <= {*inventory.hosts, "localhost", "127.0.0.1", "::1"}
        except InputError as error:
            assert str(error)
