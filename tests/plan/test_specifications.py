"""The check that a role with a specification begins with."""

import os

import pytest

from muster.errors import LoadError, PlanError
from tests.planning import names, planned, steps

SPEC = """argument_specs:
  main:
    short_description: A web server
    options:
      port: {type: int}
  other:
    options: {}
"""
FILES = {"roles/web/tasks/main.yml": "- {name: install, ping: }", "roles/web/tasks/other.yml": "- {name: more, ping: }",
         "roles/web/meta/argument_specs.yml": SPEC}
CHECK = "web : Validating arguments against arg spec 'main' - A web server"


def test_a_role_is_checked_before_its_tasks_whatever_tags_are_wanted(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, gather_facts: false, roles: [{role: web, address: 80, vars: {more: 1}}]}",
                   FILES, tags=("none",))
    assert names(plan) == [CHECK]
    step = steps(plan)[CHECK]
    assert step.task.args == {
        "argument_spec": {"port": {"type": "int"}}, "provided_arguments": {"address": 80},
        "validate_args_context": {"type": "role", "name": "web", "path": os.path.abspath(tmp_path / "roles" / "web"),
                                  "argument_spec_name": "main"}}
    assert str(step.origin).endswith("roles/web/meta/argument_specs.yml:3:5")


@pytest.mark.parametrize(("entry", "expected"), [
    ("{name: web}", [CHECK, "web : install"]),
    ("{name: web, rolespec_validate: false}", ["web : install"]),
    ("{name: web, tasks_from: other}", ["web : Validating arguments against arg spec 'other'", "web : more"]),
    ("{name: web, tasks_from: other.yml}", ["web : Validating arguments against arg spec 'other'", "web : more"]),
])
def test_an_import_is_checked_by_the_file_it_takes(entry, expected, tmp_path):
    playbook = f"- {{hosts: all, gather_facts: false, tasks: [import_role: {entry}]}}"
    assert names(planned(tmp_path, playbook, FILES)) == expected


@pytest.mark.parametrize("files", [
    {"roles/web/meta/main.yml": SPEC}, {"roles/web/meta/argument_specs.yaml": SPEC}])
def test_a_specification_may_stand_in_other_files(files, tmp_path):
    plan = planned(tmp_path, "- {hosts: all, gather_facts: false, roles: [web]}",
                   {**files, "roles/web/tasks/main.yml": "- {name: install, ping: }"})
    assert names(plan) == [CHECK, "web : install"]


@pytest.mark.parametrize(("text", "place"), [
    ("argument_specs: [main]", "1:17"), ("argument_specs: {main: [port]}", "1:24"),
    ("argument_specs: {main: {options: [port]}}", "1:34")])
def test_what_is_no_specification_is_shown(text, place, tmp_path):
    with pytest.raises(LoadError, match="is a mapping of names to what is said of them; this is a list") as raised:
        planned(tmp_path, "- {hosts: all, roles: [web]}", {**FILES, "roles/web/meta/argument_specs.yml": text})
    assert str(raised.value.origin).endswith(f"argument_specs.yml:{place}")


def test_whether_to_check_is_yes_or_no(tmp_path):
    playbook = "- {hosts: all, tasks: [import_role: {name: web, rolespec_validate: perhaps}]}"
    with pytest.raises(PlanError, match="rolespec_validate: 'perhaps' is neither yes nor no"):
        planned(tmp_path, playbook, FILES)
