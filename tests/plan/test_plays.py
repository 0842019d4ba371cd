"""Plans: what they hold is in `plays.yml`, what each play is, is here."""

from pathlib import Path

import pytest
import yaml

from tests.planning import names, planned, steps

CASES = yaml.safe_load(Path(__file__).with_name("plays.yml").read_text(encoding="utf-8"))
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
