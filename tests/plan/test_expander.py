"""From tasks as written to steps; what plans hold is in `plays.yml`."""

from tests.planning import planned, steps


def test_variables_of_an_import_are_those_of_a_block(tmp_path):
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
    assert [(layer.rank, layer.values) for layer in settings.variables] == [("block vars", {"a": 1})]
    assert settings.include == ()
    assert settings.get("become") is True
    assert settings.get("delay") is None
    assert [condition for condition, _ in settings.when] == ["b"]


def test_what_is_around_an_include_is_kept_apart_from_its_own_keywords(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {name: include, include_tasks: more.yml, no_log: true, tags: own, when: b}
      when: a
      tags: block
""")
    step = steps(plan)["include"]
    assert step.inherited.get("no_log") is None
    assert step.inherited.tags == {"block"}
    assert [condition for condition, _ in step.inherited.when] == ["a"]


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
