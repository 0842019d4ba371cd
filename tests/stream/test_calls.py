import time

import pytest

from muster.actions.action import Carried, Download, Failed, Raw
from muster.errors import HostError
from muster.model import Call, Result
from muster.plan import flat
from muster.stream import run as run_module
from tests.stream.fake import failed, ok
from tests.stream.play import FakeConnections, play

ONE = """
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, command: one, ignore_errors: true}
    - {name: two, command: two}
"""


def driven(tmp_path, monkeypatch, steps, answers=None, playbook=ONE):
    """Run a playbook whose task `one` is an action that yields `steps`; return what was told and the connections."""
    original = run_module.Run.__init__

    def with_action(self, plan, engine, connections, library, actions, *rest):
        def find(name):
            first = name == "command" and not find.used
            return (lambda here, **arguments: steps(here)) if first else actions(name)

        def once(name):
            found = find(name)
            find.used = find.used or name == "command"
            return found

        find.used = False
        original(self, plan, engine, connections, library, once, *rest)

    monkeypatch.setattr(run_module.Run, "__init__", with_action)
    return play(tmp_path, playbook, answers={"a": numbered if answers is None else answers})


def numbered(number, call):
    return ok(number=number)


def test_an_action_sees_the_result_of_each_call(tmp_path, monkeypatch):
    seen = []

    def steps(here):
        seen.append((yield Call("stat", {"path": "/x"})))
        seen.append((yield Call("copy", {})))
        return {"changed": True}

    told, connections = driven(tmp_path, monkeypatch, steps)
    assert [result.values["number"] for result in seen] == [1, 2]
    assert told == ["a changed one", "a ok two"]
    assert all(call.tolerant for call in connections.sessions[0].sent[:2])


def test_calls_in_a_row_are_sent_without_waiting_and_end_with_the_first_failure(tmp_path, monkeypatch):
    seen = []

    def steps(here):
        seen.extend((yield [Call("file", {"n": n}) for n in range(4)]))
        return Result({"changed": False})

    answers = {1: ok(), 2: failed(), 5: ok()}
    _, connections = driven(tmp_path, monkeypatch, steps, answers)
    assert [result.failed for result in seen] == [False, True]
    assert connections.sessions[0].log[:5] == ["send 1", "send 2", "send 3", "send 4", "receive 1"]
    assert connections.sessions[0].dropped == 1
    assert not connections.sessions[0].sent[0].tolerant


def test_a_download_goes_into_its_sink(tmp_path, monkeypatch):
    pieces = []

    def steps(here):
        yield Download(Call("fetch", {}), pieces.append)
        return {}

    driven(tmp_path, monkeypatch, steps)
    assert pieces == [b"piece"]


def test_what_an_action_raises_is_the_task_s_failure(tmp_path, monkeypatch):
    def steps(here):
        yield Call("stat", {})
        raise Failed("no good", rc=3)

    assert driven(tmp_path, monkeypatch, steps)[0] == ["a ignored one", "a ok two"]


def test_a_host_that_is_lost_is_told_to_the_action_which_may_go_on(tmp_path, monkeypatch):
    def steps(here):
        try:
            yield Call("reboot", {})
        except HostError:
            result = yield Call("stat", {})
            return {"changed": not result.failed}

    told, connections = driven(tmp_path, monkeypatch, steps,
                               lambda number, call: None if call.task == "reboot" else ok())
    assert told == ["a changed one", "a ok two"]
    assert len(connections.sessions) == 2


def test_a_host_that_is_lost_to_an_action_that_does_not_expect_it_is_unreachable(tmp_path, monkeypatch):
    def steps(here):
        yield Call("stat", {})

    assert driven(tmp_path, monkeypatch, steps, {})[0] == ["a unreachable one", "a left unreachable"]


def test_a_raw_command_needs_no_agent(tmp_path, monkeypatch):
    seen = []

    def steps(here):
        seen.append((yield Raw("uname")))
        return {}

    _, connections = driven(tmp_path, monkeypatch, steps)
    assert seen[0].values == {"rc": 0, "stdout": "uname", "stderr": ""}
    assert len(connections.sessions) == 1  # That of the second task.


def test_a_raw_command_is_run_as_the_user_to_become(tmp_path, monkeypatch):
    seen = []

    def steps(here):
        seen.append((yield Raw("uname")))
        return {}

    playbook = ONE.replace("  tasks:", "  become: true\n  become_user: deploy\n  tasks:")
    driven(tmp_path, monkeypatch, steps, playbook=playbook)
    assert seen[0].values["stdout"] == "uname as deploy"


@pytest.mark.parametrize(("as_login", "user"), [(False, "deploy"), (True, "None")])
def test_a_program_is_carried_to_the_host_itself_wherever_the_task_is_delegated(tmp_path, monkeypatch, as_login, user):
    seen = []

    def steps(here):
        seen.append((yield Carried(("rsync", "x"), "RSYNC_RSH", as_login)))
        return {}

    playbook = ONE.replace("  tasks:", "  become: true\n  become_user: deploy\n  environment: {A: b}\n  tasks:")
    playbook = playbook.replace("command: one", "command: one, delegate_to: localhost")
    driven(tmp_path, monkeypatch, steps, playbook=playbook)
    assert seen[0].values == {"rc": 0, "stdout": f"rsync x at a as {user}", "stderr": "{'A': 'b'}"}


@pytest.mark.parametrize(("error", "message"), [
    (FileNotFoundError(2, "No such file or directory"), "cannot start rsync on the controller: No such file"),
    (TimeoutError("late"), "it took longer than the 0.01 s it may take"),
])
def test_a_program_that_cannot_be_started_or_takes_too_long_fails_the_task(tmp_path, monkeypatch, error, message):
    def carry(*arguments):
        time.sleep(0.02)
        raise error

    def steps(here):
        here.performance.limit = 0.01 if isinstance(error, TimeoutError) else 0.0
        here.performance.begun = time.monotonic()
        here.performance.step.signature.here = True
        with pytest.raises(Failed, match=message):
            here.performance.calls.answer(Carried(("rsync",), "RSYNC_RSH"))
        return {}
        yield

    monkeypatch.setattr(FakeConnections, "carry", carry)
    assert driven(tmp_path, monkeypatch, steps)[0][0] == "a ok one"


def test_calls_say_what_the_keywords_of_their_task_say(tmp_path):
    playbook = ONE.replace("command: two", "command: two, check_mode: true, diff: true, environment: {A: 1}")
    _, connections = play(tmp_path, playbook)
    one, two = connections.sessions[0].sent
    assert (one.check, one.diff, one.tolerant, one.looped, one.env) == (False, False, True, False, {})
    assert (two.check, two.diff, two.tolerant, two.env) == (True, True, False, {"A": "1"})


def test_the_end_of_a_loop_is_a_gate_unless_failures_are_ignored(tmp_path):
    _, connections = play(tmp_path, ONE.replace("command: two", "command: two, loop: [1, 2]"))
    assert connections.sessions[0].gates == 1
    assert [call.looped for call in connections.sessions[0].sent] == [False, True, True]
    _, connections = play(tmp_path, ONE.replace("command: one", "command: one, loop: [1, 2]"))
    assert connections.sessions[0].gates == 0


def test_live_output_is_told_of_the_task_that_prints_it_and_hidden_with_no_log(tmp_path):
    from muster.model import Output
    from tests.stream.play import prepared_run

    run, connections = prepared_run(tmp_path, ONE.replace("command: one", "command: one, no_log: true"), answers={
        "a": lambda number, call: connections.sessions[0].listener(number, f"from {number}") or ok()})
    outputs = [event for event in run.stream() if isinstance(event, Output)]
    two = list(flat(run.plan.plays[0].sections[1]))[1]
    assert [(event.text, event.key.position) for event in outputs] == [("from 2", two.position)]
