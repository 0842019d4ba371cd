"""Plans: what they hold is in `plan.yml`; what each task inherits, and what each play is, is here."""

import warnings
from pathlib import Path

import pytest
import yaml

from muster.errors import PlanError
from muster.load.yaml import YamlWarning
from muster.plan import BlockStep, Selection, tag_words
from tests.planning import names, planned, steps

CASES = yaml.safe_load(Path(__file__).with_name("plan.yml").read_text(encoding="utf-8"))
REQUEST = ("tags", "skip_tags", "start_at")


@pytest.mark.parametrize("name", CASES)
def test_a_plan_holds_what_its_case_says(name, tmp_path):
    case = CASES[name]
    request = {word: case[word] for word in REQUEST if word in case}
    request = {word: tuple(value) if isinstance(value, list) else value for word, value in request.items()}
    plan = planned(tmp_path, case["playbook"], case.get("files"), extra=case.get("extra"), **request)
    assert names(plan) == case["tasks"]
    if "handlers" in case:
        assert [step.name for step in plan.plays[0].handlers] == case["handlers"]


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


def test_a_block_without_rescue_and_always_is_dissolved(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  tasks:
    - block: [{name: one, ping: }, {name: two, ping: }]
    - block: [{name: three, ping: }]
      rescue: [{name: four, ping: }]
    - {name: five, ping: }
""")
    kinds = [type(node).__name__ for node in plan.plays[0].sections[1]]
    assert kinds == ["Step", "Step", "BlockStep", "Step"]


def test_positions_are_different_and_in_the_order_of_the_tasks(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  pre_tasks: [{name: a, ping: }]
  roles: [web, db]
  tasks:
    - block: []
    - block: [{name: b, ping: }, {block: [{name: c, ping: }, {name: d, ping: }]}]
    - import_tasks: more.yml
    - block: [{name: e, ping: }]
      rescue: [{name: f, ping: }]
      always: [{name: g, ping: }]
    - {name: h, ping: }
""", {"more.yml": "- {name: more, ping: }\n- {name: more 2, ping: }", "roles/web/tasks/main.yml": "- {name: w, ping: }",
      "roles/db/tasks/main.yml": "- {name: d, ping: }"})
    positions = [step.position for step in plan.plays[0].steps()]
    assert len(positions) == 13
    assert positions == sorted(set(positions))


def test_variables_of_an_import_are_those_of_an_include(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  tasks:
    - import_tasks: more.yml
      vars: {a: 1}
      when: b
      become: true
      delay: 3
""", {"more.yml": "- {name: more, ping: }"})
    settings = steps(plan)["more"].settings
    assert [(layer.rank, layer.values) for layer in settings.include] == [("include parameters", {"a": 1})]
    assert settings.variables == ()
    assert settings.get("become") is True
    assert settings.get("delay") is None
    assert [condition for condition, _ in settings.when] == ["b"]


def test_what_is_around_an_include_is_kept_apart_from_its_own_keywords(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {name: include, include_tasks: more.yml, become: true, tags: own, when: b}
      when: a
      tags: block
""")
    step = steps(plan)["include"]
    assert step.inherited.get("become") is None
    assert step.inherited.tags == {"block"}
    assert [condition for condition, _ in step.inherited.when] == ["a"]


def test_the_play_sees_the_variables_of_all_its_roles(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  roles: [{role: web, size: 80}]
  tasks: [{import_role: {name: db, defaults_from: other}}]
""", {"roles/web/defaults/main.yml": "a: 1", "roles/web/vars/main/x.yml": "b: 2", "roles/web/vars/main/y.yml": "c: 3",
      "roles/db/defaults/other.yml": "d: 4"})
    web, db = plan.plays[0].roles
    assert (web.defaults, web.variables, web.parameters) == ({"a": 1}, {"b": 2, "c": 3}, {"size": 80})
    assert db.defaults == {"d": 4}


def test_a_role_hands_down_its_keywords_to_its_tasks_dependencies_and_handlers(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  roles: [{role: web, when: a, tags: t, become: true}]
""", {"roles/web/tasks/main.yml": "- {name: install, ping: }", "roles/web/meta/main.yml": "dependencies: [base]",
      "roles/base/tasks/main.yml": "- {name: user, ping: }",
      "roles/web/handlers/main.yml": "- {name: restart, ping: }"})
    found = [*plan.plays[0].steps(), *plan.plays[0].handlers]
    assert [step.name for step in found] == ["base : user", "web : install", "web : restart"]
    for step in found:
        assert [condition for condition, _ in step.settings.when] == ["a"]
        assert step.settings.tags == {"t"}
        assert step.settings.get("become") is True


def test_the_parents_of_a_role_are_known(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, gather_facts: false, roles: [web]}", {
        "roles/web/meta/main.yml": "dependencies: [base]", "roles/base/tasks/main.yml": "- {name: user, ping: }"})
    assert [each.name for each in steps(plan)["base : user"].role.parents] == ["web"]


@pytest.mark.parametrize(("serial", "sizes"), [
    ("1", [1, 1, 1, 1, 1]), ("2", [2, 2, 1]), ("'40%'", [2, 2, 1]), ("'1%'", [1, 1, 1, 1, 1]), ("[1, 2]", [1, 2, 2]),
    ("[1, '60%']", [1, 3, 1]), ("0", [5]), ("[]", [5]), ("9", [5])])
def test_serial_makes_batches(tmp_path, serial, sizes):
    plan = planned(tmp_path, f"- {{hosts: all, serial: {serial}}}", inventory=("a,b,c,d,e",))
    assert [len(batch) for batch in plan.plays[0].batches] == sizes


@pytest.mark.parametrize(("order", "hosts"), [
    ("inventory", "b a c"), ("reverse_inventory", "c a b"), ("sorted", "a b c"), ("reverse_sorted", "c b a")])
def test_order_sorts_the_hosts(tmp_path, order, hosts):
    plan = planned(tmp_path, f"- {{hosts: all, order: {order}}}", inventory=("b,a,c",))
    assert [host.name for host in plan.plays[0].hosts] == hosts.split()


def test_shuffled_hosts_are_the_same_hosts(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, order: shuffle}", inventory=("b,a,c",))
    assert sorted(host.name for host in plan.plays[0].hosts) == ["a", "b", "c"]


def test_the_hosts_of_a_plan_are_those_of_its_plays_each_once(tmp_path):
    plan = planned(tmp_path, "[{hosts: a}, {hosts: 'a:c'}]", inventory=("a,b,c",))
    assert [host.name for host in plan.hosts] == ["a", "c"]


def test_an_imported_playbook_hands_down_variables_and_conditions(tmp_path):
    plan = planned(tmp_path, "- {import_playbook: more.yml, vars: {a: 1}, when: b}", {
        "more.yml": "- {hosts: all, vars: {a: 0, c: 2}, tasks: [{name: one, ping: , when: d}]}"})
    play = plan.plays[0]
    assert [dict(layer.values) for layer in play.variables] == [{"a": 0, "c": 2}, {"a": 1}]
    assert [condition for condition, _ in steps(plan)["one"].settings.when] == ["b", "d"]
    assert [condition for condition, _ in steps(plan)["Gathering Facts"].settings.when] == ["b"]


def test_words_of_the_play_go_to_the_task_that_gathers_facts(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, gather_subset: [network], gather_timeout: 3}")
    task = steps(plan)["Gathering Facts"].task
    assert (task.action, dict(task.args)) == ("setup", {"gather_subset": ["network"], "gather_timeout": 3})


def test_only_a_mapping_that_is_a_template_leaves_required_arguments_open(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, tasks: [{name: a, copy: , args: '{{ how }}'}]}")
    assert steps(plan)["a"].task.args["_args"] == "{{ how }}"
    with pytest.raises(PlanError, match='copy has no argument "contents"'):
        planned(tmp_path, "- {hosts: all, tasks: [{copy: {contents: a}, args: '{{ how }}'}]}")


def test_module_defaults_may_give_a_required_argument_and_are_checked(tmp_path):
    planned(tmp_path, "- {hosts: all, module_defaults: {copy: {dest: /a}}, tasks: [{copy: {content: a}}]}")
    with pytest.raises(PlanError, match='copy has no argument "path"'):
        planned(tmp_path, "- {hosts: all, module_defaults: {copy: {path: /a}}, tasks: [{copy: {content: a}}]}")


@pytest.mark.parametrize("value", ["{{ x }}", "{% if x %}a{% endif %}"])
def test_a_value_with_a_template_is_not_judged_before_the_run(tmp_path, value):
    planned(tmp_path, f"- {{hosts: all, tasks: [{{file: {{path: /a, state: '{value}'}}}}]}}")


@pytest.mark.parametrize("word", ["loop: [1]", "with_items: [1]", "register: a", "until: b", "retries: 3"])
def test_an_import_takes_no_keyword_of_a_task_that_runs(tmp_path, word):
    with pytest.raises(PlanError, match=f'import_tasks has no keyword "{word.split(":")[0]}"') as raised:
        planned(tmp_path, f"- {{hosts: all, tasks: [{{import_tasks: more.yml, {word}}}]}}", {"more.yml": ""})
    assert raised.value.hint == "include_tasks has it"


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


def test_a_selection_of_nothing_wants_what_is_not_never():
    assert Selection().wants(frozenset({"a"}))
    assert not Selection().wants(frozenset({"a", "never"}))


def test_what_rescue_and_always_hold_is_in_the_plan(tmp_path):
    plan = planned(tmp_path, NESTED)
    block = plan.plays[0].sections[1][0]
    assert isinstance(block, BlockStep)
    assert (block.name, [step.name for step in block.always], block.rescue) == ("Not inherited", ["cleanup"], ())
