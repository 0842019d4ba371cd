"""Tasks in their places."""

from muster.plan import BlockStep, flat
from tests.planning import planned, steps


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
