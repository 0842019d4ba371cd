import pytest

from muster.model import TaskEnded
from muster.stream.masking import CENSORED
from tests.stream.fake import failed, ok
from tests.stream.play import prepared_run


def told(tmp_path, tasks, answers=None, handlers="[]"):
    """Return the `TaskEnded` events of a play on host a, and its run."""
    text = f"- hosts: all\n  gather_facts: false\n  vars: {{v: 1}}\n  handlers: {handlers}\n  tasks:\n{tasks}"
    run, _ = prepared_run(tmp_path, text, answers={"a": answers or (lambda number, call: ok())})
    return [event for event in run.stream() if isinstance(event, TaskEnded)], run


def test_a_name_is_what_it_was_when_the_task_was_sent(tmp_path):
    events, _ = told(tmp_path, "    - {name: 'v {{ v }}', command: x}\n    - set_fact: {v: 2}\n")
    assert [event.name for event in events] == ["v 1", "set_fact"]


def test_a_name_that_cannot_be_rendered_is_shown_as_it_is(tmp_path):
    events, _ = told(tmp_path, "    - {name: 'v {{ nope }}', command: x}\n")
    assert events[0].name == "v {{ nope }}"
    assert not events[0].result.failed


def test_labels_stand_beside_the_results_of_a_loop(tmp_path):
    events, _ = told(
        tmp_path, "    - {command: x, loop: [1, 2, 3], loop_control: {label: 'n {{ item }}'}, when: item != 2}\n")
    assert events[0].labels == ("n 1", "n 2", "n 3")
    assert len(events[0].result.values["results"]) == 3


def test_with_no_log_neither_result_nor_labels_show_and_the_register_is_kept(tmp_path):
    events, run = told(
        tmp_path, "    - {command: x, loop: [s3cret], no_log: true, register: r}\n", {1: ok(stdout="s3cret")})
    assert events[0].labels == () and events[0].result.values["censored"] == CENSORED
    assert "s3cret" not in str(events)
    assert run.fleet.memory("a").set["r"].wait()["results"][0]["stdout"] == "s3cret"


@pytest.mark.parametrize("items, keywords", [
    ("{v: open, s: false}, {v: s3cret, s: true}", "no_log: '{{ item.s }}'"),
    ("{v: s3cret, s: true}, {v: open, s: false}", "no_log: '{{ item.s }}'"),
    ("{v: open, s: false}, {v: s3cret}", "no_log: '{{ item.s }}'"),
    ("{v: open, s: false}, {v: s3cret}, {v: open, s: false}", "no_log: '{{ item.s }}'"),
    ("{v: open, s: false}, {v: s3cret, s: true}", "no_log: '{{ item.s }}', ignore_errors: '{{ item.s and nope }}'"),
    ("{v: open, s: false}, {v: s3cret, s: true}", "no_log: '{{ item.s }}', check_mode: '{{ item.s and nope }}'"),
])
def test_one_item_that_must_not_show_hides_the_loop(tmp_path, items, keywords):
    events, _ = told(tmp_path, f"    - {{command: 'echo {{{{ item.v }}}}', loop: [{items}], {keywords}}}\n")
    assert events[0].result.values["censored"] == CENSORED
    assert "s3cret" not in str(events)


@pytest.mark.parametrize("keywords", [
    "no_log: '{{ item.s }}'", "no_log: '{{ item.s }}', when: item.v",
    "no_log: '{{ false }}', ignore_errors: '{{ nope }}'",
])
def test_what_may_be_shown_is(tmp_path, keywords):
    items = "{v: false, s: false}, {v: true, s: false}"
    events, _ = told(tmp_path, f"    - {{command: x, loop: [{items}], {keywords}}}\n")
    assert len(events[0].result.values["results"]) == 2


def test_a_keyword_is_rendered_only_where_somebody_asks_for_it(tmp_path):
    tasks = "    - {set_fact: {later: true}, check_mode: '{{ later }}', delegate_facts: '{{ nope }}'}\n"
    events, _ = told(tmp_path, tasks + "    - {command: x, check_mode: '{{ later }}', no_log: '{{ false }}'}\n")
    assert [event.result.status for event in events] == ["ok", "ok"]


def test_an_ignored_failure_says_so(tmp_path):
    events, _ = told(tmp_path, "    - {command: x, ignore_errors: true}\n", {1: failed()})
    assert (events[0].result.status, events[0].fate) == ("failed", "ignored")


def test_facts_of_a_task_type_are_kept_by_their_own_name_those_of_setup_by_two(tmp_path):
    answers = {1: ok(ansible_facts={"packages": {"a": 1}}), 2: ok(ansible_facts={"ansible_system": "Linux"})}
    _, run = told(tmp_path, "    - package_facts:\n    - setup:\n", answers)
    memory = run.fleet.memory("a")
    assert memory.injected == {"packages": {"a": 1}}
    assert memory.facts == {"packages": {"a": 1}, "system": "Linux"}


def test_cacheable_facts_are_facts_too(tmp_path):
    _, run = told(tmp_path, "    - set_fact: {x: 1, cacheable: true}\n")
    assert run.fleet.memory("a").set == {"x": 1}
    assert run.fleet.memory("a").facts == {"x": 1}


def test_if_one_part_is_changed_all_that_were_not_skipped_notify_each_by_its_own_name(tmp_path):
    events, _ = told(tmp_path, "    - {command: x, loop: [1, 2, 3], notify: 'h{{ item }}', when: item != 3}\n",
                     lambda number, call: ok(changed=number == 2),
                     "[{name: h1, command: x}, {name: h2, command: x}, {name: h3, command: x}]")
    assert [(event.name, event.handler) for event in events] == [("command", False), ("h1", True), ("h2", True)]


def test_a_failed_task_notifies_nobody(tmp_path):
    events, _ = told(tmp_path, "    - {command: x, notify: h, ignore_errors: true}\n", {1: failed(changed=True)},
                     "[{name: h, command: x}]")
    assert len(events) == 1


def test_the_time_is_what_the_host_says(tmp_path):
    from muster.model import Result

    events, _ = told(tmp_path, "    - {command: x}\n", {1: Result({"changed": False}, seconds=2.5)})
    assert events[0].seconds == 2.5
