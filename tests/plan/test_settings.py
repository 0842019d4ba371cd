"""What a task inherits."""

import warnings

import pytest

from muster.errors import PlanError
from muster.load.yaml import YamlWarning
from muster.plan import as_list, tag_words
from tests.planning import planned, steps

NESTED = """
- hosts: all
  gather_facts: false
  become: true
  become_user: app
  environment: {LEVEL: play}
  tags: play
  module_defaults: {copy: {mode: "0600"}, ansible.builtin.yum: {state: latest}}
  tasks:
    - name: Not inherited
      block:
        - name: inner
          ping:
          when: [c, d]
          tags: task
          vars: {level: task}
          notify: reload
          environment: {LEVEL: task}
      when: a
      tags: [block]
      become_user: db
      vars: {level: block}
      notify: [restart]
      environment: {LEVEL: block}
      module_defaults: {copy: {owner: app}}
      ignore_errors: true
      always:
        - name: cleanup
          ping:
          ignore_errors: false
"""


@pytest.fixture
def nested(tmp_path):
    return steps(planned(tmp_path, NESTED))


def test_conditions_are_joined_from_the_outside_in(nested):
    assert [condition for condition, _ in nested["inner"].settings.when] == ["a", "c", "d"]
    assert [condition for condition, _ in nested["cleanup"].settings.when] == ["a"]


def test_conditions_know_their_places(nested):
    assert [(place.line, place.column) for _, place in nested["inner"].settings.when] == [(19, 13), (14, 18), (14, 21)]


def test_of_most_keywords_the_nearest_counts(nested):
    inner, cleanup = nested["inner"].settings, nested["cleanup"].settings
    assert (inner.get("become"), inner.get("become_user"), inner.get("ignore_errors")) == (True, "db", True)
    assert cleanup.get("ignore_errors") is False
    assert inner.origin("become", None).line == 4


def test_tags_environment_and_notifications_add_up(nested):
    inner = nested["inner"].settings
    assert inner.tags == {"play", "block", "task"}
    assert [value["LEVEL"] for value, _ in inner.environment] == ["play", "block", "task"]
    assert inner.notify == ("restart", "reload")


def test_variables_of_blocks_and_tasks_are_layers_and_those_of_the_play_are_the_plays(nested):
    assert [(layer.rank, layer.values["level"]) for layer in nested["inner"].settings.variables] == [
        ("block vars", "block"), ("task vars", "task")]


def test_defaults_of_task_types_are_replaced_by_nearer_ones_and_go_by_short_names(nested):
    assert nested["inner"].settings.module_defaults == {"copy": {"owner": "app"}, "dnf": {"state": "latest"}}


def test_the_name_of_a_block_is_its_own(nested):
    assert nested["inner"].name == "inner"
    assert nested["inner"].settings.get("name") == "inner"


def test_a_group_of_defaults_is_told_and_the_others_hold(tmp_path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plan = planned(tmp_path, "- {hosts: all, module_defaults: {group/aws: {region: a}, copy: {mode: '0600'}}, "
                                 "tasks: [{name: one, ping: }]}")
    assert [each.category for each in caught] == [YamlWarning]
    assert "group/aws" in str(caught[0].message)
    assert steps(plan)["one"].settings.module_defaults == {"copy": {"mode": "0600"}}


def test_a_tag_that_is_a_template_stays_in_one_piece():
    assert tag_words(["a, b", "{{ c, d }}", 5]) == ["a", "b", "{{ c, d }}", "5"]


def test_defaults_that_come_from_a_template_are_refused(tmp_path):
    with pytest.raises(PlanError, match="module_defaults are written out"):
        planned(tmp_path, "- {hosts: all, module_defaults: '{{ all_of_them }}'}")


@pytest.mark.parametrize(("value", "found"), [
    (None, []), ("a", ["a"]), (["a", "b"], ["a", "b"]), (("a",), ["a"]), ({"a": 1}, [{"a": 1}]), (0, [0]), ("", [""])])
def test_one_value_is_a_list_of_one(value, found):
    assert as_list(value) == found
