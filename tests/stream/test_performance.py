"""What one task does with its keywords; whole playbooks in tests/runs show the rest."""

import time

import pytest

from muster.model import Change, Retried, TaskEnded
from tests.stream.fake import failed, ok
from tests.stream.play import play, prepared_run


def playbook(*tasks, extra=""):
    return "- hosts: all\n  gather_facts: false\n  tasks:\n" + "".join(f"    - {task}\n" for task in tasks) + extra


def results(tmp_path, *tasks, answers=None):
    """Return {name: result} of the tasks, and the calls that were sent."""
    run, connections = prepared_run(tmp_path, playbook(*tasks), answers={"a": answers or (lambda number, call: ok())})
    found = {event.name: event.result for event in run.stream() if isinstance(event, TaskEnded)}
    return found, [call for session in connections.sessions for call in session.sent]


def test_arguments_are_rendered_typed_and_without_omit(tmp_path):
    _, calls = results(tmp_path, '{copy: {content: x, dest: "/{{ 1 + 1 }}", backup: "yes", owner: "{{ omit }}"}}')
    assert calls[0].args["dest"] == "/2" and calls[0].args["backup"] is True and "owner" not in calls[0].args


def test_args_may_be_a_template(tmp_path):
    _, calls = results(tmp_path, '{command: x, args: "{{ {\'chdir\': \'/\'} }}"}')
    assert calls[0].args == {"cmd": "x", "chdir": "/"}


@pytest.mark.parametrize("task, args", [
    ("file: {path: /a, state: touch}, module_defaults: {file: {path: /d, mode: '0600'}}",
     {"path": "/a", "state": "touch", "mode": "0600"}),
    ("file: {path: /a}, module_defaults: {file: {dest: /d}}", {"path": "/a"}),
    ("file: {path: '/{{ 1 }}'}, module_defaults: {file: '{{ defaults }}'}", {"path": "/1", "mode": "0640"}),
    ("file: {path: /a}, args: '{{ given }}'", {"path": "/a", "owner": "bin"}),
    ("file: , args: '{{ given }}', module_defaults: {file: {path: /d, mode: '0600'}}",
     {"path": "/g", "owner": "bin", "mode": "0600"}),
    ("command: x, args: {cmd: y, chdir: '/{{ 1 }}'}", {"cmd": "x", "chdir": "/1"}),
    ("command: 'x {{ 1 }}', args: {cmd: y}", {"cmd": "x 1"}),
])
def test_which_of_several_sources_gives_an_argument(tmp_path, task, args):
    variables = "vars: {defaults: {path: /d, mode: '0640'}, given: {path: /g, owner: bin}}"
    _, calls = results(tmp_path, f"{{{task}, {variables}}}")
    assert dict(calls[0].args) == args


@pytest.mark.parametrize("task, message", [
    ("command: x, args: \"{{ {'chdri': '/'} }}\"", 'command has no argument "chdri"'),
    ("command: x, args: '{{ [1] }}'", "args is a mapping of arguments, not [1]"),
    ("command: x, module_defaults: {command: '{{ [1] }}'}", "module_defaults is a mapping of arguments, not [1]"),
    ("command: x, args: {cmd: '{{ nope }}'}", '"nope" is undefined'),
])
def test_arguments_that_turn_out_wrong_fail_the_task(tmp_path, task, message):
    found, calls = results(tmp_path, f"{{name: one, {task}}}")
    assert found["one"].failed and message in found["one"].values["msg"] and not calls


def test_lists_and_mappings_are_made_anew_for_each_item(tmp_path):
    _, calls = results(tmp_path, "{apt: {name: [a, b]}, loop: [1, 2]}")
    assert calls[0].args["name"] == calls[1].args["name"] == ["a", "b"]
    assert calls[0].args["name"] is not calls[1].args["name"]


def test_a_loop_that_cannot_begin_is_one_failure(tmp_path):
    found, calls = results(tmp_path, "{name: one, command: x, loop: '{{ nope }}'}")
    assert found["one"].failed and "results" not in found["one"].values and not calls


@pytest.mark.parametrize("condition", ["item.wanted", "item == 1 and true"])
def test_a_condition_that_asks_for_an_item_does_not_hide_why_there_is_none(tmp_path, condition):
    found, _ = results(tmp_path, f"{{name: one, command: x, loop: '{{{{ nope }}}}', when: {condition}}}")
    assert '"nope" is undefined' in found["one"].values["msg"]


def test_attempts_do_not_stop_the_far_side(tmp_path):
    answers = {1: failed(), 2: failed(), 3: ok()}
    task = "{name: one, command: x, register: r, until: r is succeeded, delay: 0}"
    found, calls = results(tmp_path, task, answers=answers)
    assert found["one"].values["attempts"] == 3 and not found["one"].failed
    assert all(call.tolerant for call in calls)


def test_each_attempt_that_came_to_nothing_is_told_with_how_many_are_left(tmp_path):
    task = "{name: one, command: x, register: r, until: r is succeeded, delay: 0, retries: 2}"
    run, _ = prepared_run(tmp_path, playbook(task), answers={"a": lambda number, call: failed()})
    told = [(event.name, event.left) for event in run.stream() if isinstance(event, Retried)]
    assert told == [("one", 2), ("one", 1)]


@pytest.mark.parametrize(("words", "limit", "job"), [
    ("", 0, ""), ("timeout: 5", 5, ""), ("timeout: '{{ 2 + 3 }}'", 5, ""), ("async: 0, timeout: 5", 5, ""),
    ("async: 9", 9, "watched"), ("async: 9, poll: 2, timeout: 5", 9, "watched"), ("async: 9, poll: 0", 9, "background"),
    ("async: '{{ 9 }}', poll: '{{ 0 }}'", 9, "background"),
])
def test_a_call_says_how_long_it_may_take_and_whether_it_goes_on_by_itself(words, limit, job, tmp_path):
    _, calls = results(tmp_path, f"{{command: x, {words}}}")
    assert (calls[0].limit, calls[0].job) == (limit, job)


def test_what_a_template_makes_of_async_is_refused_where_a_part_is_done_here(tmp_path):
    found, calls = results(tmp_path, "{name: one, copy: {content: x, dest: /x}, async: '{{ 5 }}'}")
    assert "copy cannot have `async`" in found["one"].values["msg"] and not calls
    found, calls = results(tmp_path, "{name: one, copy: {content: x, dest: /x}, async: '{{ 0 }}'}")
    assert not found["one"].failed and calls[0].limit == 0


def test_an_action_has_its_limit_for_all_it_does_together(tmp_path):
    def slow(number, call):
        time.sleep(0.15)
        return ok(rc=0)

    (tmp_path / "x.sh").write_text("true\n")
    found, calls = results(tmp_path, "{name: one, fetch: {src: /x, dest: y}, timeout: 0.1}", answers=slow)
    assert 0 < calls[0].limit <= 0.1
    found, _ = results(tmp_path, "{name: one, pause: {seconds: 20}, timeout: 0.1}")
    assert found["one"].values["timedout"] == {"period": 0.1}


def test_where_a_task_was_carried_out_is_told_if_that_is_another_host(tmp_path):
    run, _ = prepared_run(tmp_path, playbook("{name: one, command: x, delegate_to: b}", "{name: two, command: x}"))
    told = {event.name: event.delegate for event in run.stream() if isinstance(event, TaskEnded)}
    assert told == {"one": "b", "two": ""}


@pytest.mark.parametrize(("words", "option", "shown"), [
    ("", False, False), ("diff: true", False, True), ("", True, True), ("diff: no", True, False)])
def test_what_is_altered_is_shown_where_the_task_or_the_command_line_wants_it(words, option, shown, tmp_path):
    changed = ok(changed=True)._replace(changes=(Change("write", "old", "new"),))
    run, _ = prepared_run(tmp_path, playbook(f"{{name: one, command: x, {words}}}"), diff=option,
                          answers={"a": lambda number, call: changed})
    event = next(event for event in run.stream() if isinstance(event, TaskEnded))
    assert event.diff is shown
    assert event.result.changes == (Change("write", *(("old", "new") if shown else ())),)


def test_a_loop_with_control_is_sent_ahead_as_any_other(tmp_path):
    _, connections = play(tmp_path, playbook("{command: x, loop: [1, 2], loop_control: {label: x}}"))
    assert connections.sessions[0].log[:2] == ["send 1", "send 2"]


def test_a_loop_that_may_break_waits_for_each_item(tmp_path):
    _, connections = play(tmp_path, playbook(
        "{command: x, register: r, loop: [1, 2, 3], loop_control: {break_when: r.item == 2}}"))
    assert connections.sessions[0].log == ["send 1", "receive 1", "send 2", "receive 2"]


def test_nothing_is_sent_behind_a_mistake(tmp_path):
    told, connections = play(tmp_path, playbook(
        "{name: one, command: x}", "{name: two, command: '{{ nope }}'}", "{name: three, command: x}"))
    assert told == ["a ok one", "a failed two", "a left failed"]
    assert len(connections.sessions[0].sent) == 1


def test_a_task_type_that_is_lacking_fails_only_a_host_that_comes_to_it(tmp_path):
    with pytest.warns(UserWarning, match="muster has no task type"):
        found, _ = results(tmp_path, "{name: one, community.docker.docker_container: {name: x}, when: false}",
                           "{name: two, community.docker.docker_container: {name: x}}")
    assert found["one"].skipped
    assert "muster has no task type" in found["two"].values["msg"]


def test_a_host_that_comes_to_a_volume_is_told_what_to_do_instead(tmp_path):
    with pytest.warns(UserWarning, match="muster has no task type"):
        found, _ = results(tmp_path, "{name: one, filesystem: {fstype: ext4, dev: /dev/sdz1}}")
    assert "no task type filesystem; it makes no volumes" in found["one"].values["msg"]


def test_a_condition_that_cannot_be_judged_keeps_what_the_task_said(tmp_path):
    found, _ = results(tmp_path, "{name: one, command: x, failed_when: nope}", answers={1: ok(stdout="said")})
    assert found["one"].failed and found["one"].values["stdout"] == "said"
    assert '"nope" is undefined' in found["one"].values["msg"]


def test_what_was_skipped_is_not_judged(tmp_path):
    found, _ = results(tmp_path, "{name: one, command: x, when: false, failed_when: true, changed_when: true}")
    assert found["one"].skipped and not found["one"].failed and not found["one"].changed


def test_an_unreachable_host_that_is_ignored_goes_on_with_its_next_task(tmp_path):
    told, connections = play(tmp_path, playbook(
        "{name: one, command: x, ignore_unreachable: true}", "{name: two, command: y}"),
        answers={"a": lambda number, call: None if call.args["cmd"] == "x" else ok()})
    assert told == ["a ignored one", "a ok two"]
    assert len(connections.sessions) == 2


@pytest.mark.parametrize("retries", [0, -1])
def test_without_retries_the_condition_is_not_asked(tmp_path, retries):
    found, calls = results(tmp_path, f"{{name: it, command: x, until: false, retries: {retries}}}")
    assert len(calls) == 1 and not found["it"].failed and "attempts" not in found["it"].values


@pytest.mark.parametrize("retries", [0, -1])
def test_a_failure_without_retries_stops_what_comes_after(tmp_path, retries):
    found, calls = results(tmp_path, f"{{name: it, command: x, until: true, retries: {retries}}}",
                           "{name: after, command: y}", answers=lambda number, call: failed())
    assert len(calls) == 1 and found["it"].failed and "after" not in found


def test_a_delay_below_0_is_a_second(tmp_path):
    begun = time.monotonic()
    _, calls = results(tmp_path, "{command: x, until: false, retries: 1, delay: -1}")
    assert len(calls) == 2 and time.monotonic() - begun >= 1


def test_a_throttle_below_0_is_none(tmp_path):
    _, calls = results(tmp_path, "{command: x, throttle: -1}")
    assert len(calls) == 1


@pytest.mark.parametrize("name", ["{{ [1] }}", "{{ {} }}"])
def test_a_name_of_an_argument_that_comes_out_as_no_text_fails_the_task(tmp_path, name):
    found, _ = results(tmp_path, f"{{name: it, set_fact: {{'{name}': 1}}}}")
    assert found["it"].failed and "is no name of an argument" in found["it"].values["msg"]
