"""What is checked of a task before the run; the messages are in `cli/mistakes/`."""

import pytest

from muster.errors import PlanError
from muster.load.yaml import YamlWarning
from tests.planning import planned, steps


def test_only_a_mapping_that_is_a_template_leaves_required_arguments_open(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, tasks: [{name: a, copy: , args: '{{ how }}'}]}")
    assert steps(plan)["a"].task.args["_args"] == "{{ how }}"
    with pytest.raises(PlanError, match='copy has no argument "contents"'):
        planned(tmp_path, "- {hosts: all, tasks: [{copy: {contents: a}, args: '{{ how }}'}]}")


def test_module_defaults_may_give_a_required_argument_and_are_checked(tmp_path):
    planned(tmp_path, "- {hosts: all, module_defaults: {copy: {dest: /a}}, tasks: [{copy: {content: a}}]}")
    for value in ("/a", "'{{ x }}'"):
        with pytest.raises(PlanError, match='copy has no argument "path"'):
            planned(tmp_path, f"""- {{hosts: all, module_defaults: {{copy: {{path: {value}}}}},
                                   tasks: [{{copy: {{dest: /a}}}}]}}""")
    with pytest.raises(PlanError, match='copy needs the argument "dest"'):
        planned(tmp_path, "- {hosts: all, module_defaults: {copy: {mode: '{{ x }}'}}, tasks: [{copy: {content: a}}]}")


def test_module_defaults_that_are_a_template_may_give_what_is_required(tmp_path):
    planned(tmp_path, "- {hosts: all, module_defaults: {copy: '{{ x }}'}, tasks: [{copy: {content: a}}]}")


@pytest.mark.parametrize("value", ["{{ x }}", "{% if x %}a{% endif %}"])
def test_a_value_with_a_template_is_not_judged_before_the_run(tmp_path, value):
    planned(tmp_path, f"- {{hosts: all, tasks: [{{file: {{path: /a, state: '{value}'}}}}]}}")


@pytest.mark.parametrize("word", ["loop: [1]", "with_items: [1]"])
def test_an_import_takes_no_loop(tmp_path, word):
    with pytest.raises(PlanError, match=f'import_tasks has no keyword "{word.split(":")[0]}"') as raised:
        planned(tmp_path, f"- {{hosts: all, tasks: [{{import_tasks: more.yml, {word}}}]}}", {"more.yml": ""})
    assert raised.value.hint == "include_tasks has it"


@pytest.mark.parametrize("word", ["register: a", "until: b", "retries: 3", "changed_when: false", "failed_when: false"])
def test_what_an_import_says_of_an_outcome_has_no_effect_and_is_told(tmp_path, word):
    name = word.split(":")[0]
    with pytest.warns(YamlWarning, match=f"{name} has no effect on import_tasks"):
        plan = planned(tmp_path, f"- {{hosts: all, tasks: [{{import_tasks: more.yml, {word}}}]}}",
                       {"more.yml": "- {name: more, ping: }"})
    assert steps(plan)["more"].settings.get(name) is None
