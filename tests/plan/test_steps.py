"""Tasks in their places."""

import pytest

from muster.plan import BlockStep, flat
from tests.planning import planned, steps
from tests.stream.fake import step


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


def test_what_rescue_and_always_hold_is_in_the_plan(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  tasks:
    - name: Careful
      block: [{name: one, ping: }]
      rescue: [{name: two, ping: }]
      always: [{block: [{name: three, ping: }]}, {name: four, ping: }]
""")
    (block,) = plan.plays[0].sections[1]
    assert isinstance(block, BlockStep)
    assert (block.name, [step.name for step in block.steps]) == ("Careful", ["one"])
    assert [[step.name for step in part] for part in (block.rescue, block.always)] == [["two"], ["three", "four"]]
    assert [step.name for step in flat([block])] == ["one", "two", "three", "four"]


def test_a_step_knows_where_it_and_its_arguments_stand(tmp_path):
    step = steps(planned(tmp_path, "- hosts: all\n  tasks:\n    - name: a\n      copy:\n        dest: /a\n"))["a"]
    assert (step.origin.line, step.origin.column) == (4, 7)
    assert (step.argument_origin("dest").line, step.argument_origin("mode")) == (5, step.origin)


def arguments(tmp_path, text):
    """Return what of a task's arguments is the same for every host, and what is rendered for each."""
    made = steps(planned(tmp_path, f"- hosts: all\n  tasks:\n    - {{name: a, {text}}}\n"))["a"]
    return made.constants, made.varying


@pytest.mark.parametrize("text, constants, varying", [
    ("copy: {content: text, dest: '{{ x }}', mode: 0644}", {"content": b"text", "mode": 420}, {"dest": "{{ x }}"}),
    ("file: {dest: /a, force: 'yes', state: touch}", {"path": "/a", "force": True, "state": "touch"}, {}),
    ("file: {dest: '{{ x }}', name: /a, state: touch}", {"state": "touch"}, {"dest": "{{ x }}", "name": "/a"}),
    ("apt: {name: [a, b], state: absent}", {"state": "absent"}, {"name": ["a", "b"]}),
    ("command: uname -r", {"cmd": "uname -r"}, {}),
    ("set_fact: {a: 1}", {}, {"a": 1}),
    ("command: {cmd: uname -r, chdir: /}", {"cmd": "uname -r", "chdir": "/"}, {}),
    ("command: uname -r, args: {cmd: '{{ x }}'}", {}, {"cmd": "{{ x }}"}),
    ("command: !unsafe '{{ x }}'", {}, {}),
    ("command: uname -r, args: '{{ x }}'", {"cmd": "uname -r"}, {}),
], ids=lambda value: value if isinstance(value, str) else "")
def test_arguments_that_are_the_same_for_every_host_are_converted_before_the_run(tmp_path, text, constants, varying):
    assert arguments(tmp_path, text) == (constants, varying)


def test_what_is_rendered_knows_its_place(tmp_path):
    _, varying = arguments(tmp_path, "copy: {content: a, dest: '{{ x }}'}")
    assert str(varying.origins["dest"]).endswith("site.yml:3:42")


@pytest.mark.parametrize("given, judged", [
    ({}, False), ({"failed_when": False}, False), ({"changed_when": False}, False), ({"changed_when": True}, False),
    ({"failed_when": True}, True), ({"failed_when": "x"}, True), ({"changed_when": "x"}, True), ({"until": "x"}, True),
    ({"changed_when": [True]}, True), ({"ignore_errors": True}, False), ({"retries": 2}, True),
])
def test_the_controller_waits_for_what_it_has_to_judge(given, judged):
    assert step(**given).judged is judged
