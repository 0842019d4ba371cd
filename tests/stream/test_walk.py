import pytest

from muster.errors import InternalError, SudoRefused
from muster.model import TaskEnded
from muster.stream import walk
from tests.stream.fake import failed, ok
from tests.stream.play import play, prepared_run

THREE = """
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, command: one}
    - {name: two, command: two, register: r}
    - {name: three, command: three}
"""


def test_calls_are_sent_before_any_result_is_taken(tmp_path):
    told, connections = play(tmp_path, THREE)
    assert connections.sessions[0].log == ["send 1", "send 2", "send 3", "receive 1", "receive 2", "receive 3"]
    assert told == ["a ok one", "a ok two", "a ok three"]


def test_step_by_step_every_result_is_taken_before_the_next_call(tmp_path):
    _, connections = play(tmp_path, THREE, step_by_step=True)
    assert connections.sessions[0].log == ["send 1", "receive 1", "send 2", "receive 2", "send 3", "receive 3"]


@pytest.mark.parametrize(("notify", "log"), [
    ("", ["send 1", "send 2", "receive 1", "receive 2"]),
    ("notify: handler", ["send 1", "receive 1", "send 2", "receive 2"]),
])
def test_between_sections_is_waited_only_where_a_handler_may_be_due(tmp_path, notify, log):
    _, connections = play(tmp_path, f"""
- hosts: all
  gather_facts: false
  pre_tasks: [{{name: one, command: one, {notify}}}]
  tasks: [{{name: two, command: two}}]
  handlers: [{{name: handler, command: handler}}]
""", answers={"a": lambda number, call: ok(changed=False)})
    assert connections.sessions[0].log == log


def test_whoever_reads_a_result_waits_for_it_and_no_further(tmp_path):
    playbook = THREE.replace("command: three", "command: 'three {{ r.x }}'")
    _, connections = play(tmp_path, playbook, answers={"a": lambda number, call: ok(x="seen")})
    assert connections.sessions[0].log[:4] == ["send 1", "send 2", "receive 1", "receive 2"]
    assert connections.sessions[0].sent[2].args["cmd"] == "three seen"


def test_an_agent_that_does_not_start_is_a_failure_that_a_block_rescues(tmp_path):
    playbook = """
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {name: one, command: one}
        - {name: two, command: two}
      rescue:
        - {name: three, debug: {msg: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}"}}
    - {name: four, command: four}
"""
    told, connections = play(tmp_path, playbook, answers=REFUSED)
    assert told[0] == "a failed one" and "a ok three" in told
    assert len(connections.sessions) == 2  # The next task tries again.


REFUSED = {"a": {1: SudoRefused("a", "sudo wants a password")}}


@pytest.mark.parametrize("keywords", [
    "loop: '{{ range(100) | list }}'", "failed_when: false", "changed_when: \"'x' in r.stdout\"", "until: r.rc == 0",
    "retries: 3"])
def test_an_agent_that_does_not_start_fails_a_task_whatever_its_keywords_say_of_results(tmp_path, keywords):
    playbook = f"""
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {{name: one, command: one, register: r, {keywords}}}
      rescue:
        - {{name: two, debug: {{msg: "{{{{ r.msg }}}}"}}}}
"""
    run, _ = prepared_run(tmp_path, playbook, answers=REFUSED)
    results = {event.name: event.result for event in run.stream() if isinstance(event, TaskEnded)}
    assert results["one"].failed and results["two"].values["msg"] == "sudo wants a password"


def test_many_tasks_whose_failures_are_ignored_all_fail_when_the_agent_does_not_start(tmp_path):
    tasks = "".join(f"    - {{name: t{number}, command: x, ignore_errors: true}}\n" for number in range(100))
    told, _ = play(tmp_path, f"- hosts: all\n  gather_facts: false\n  tasks:\n{tasks}",
                   answers={"a": lambda number, call: REFUSED["a"][1]})
    assert len(told) == 100 and all("a ignored" in each for each in told)


def test_a_failure_among_calls_sent_ahead_ends_the_host(tmp_path):
    told, connections = play(tmp_path, THREE, answers={"a": {1: ok(), 2: failed()}})
    assert told == ["a ok one", "a failed two", "a left failed"]
    assert connections.sessions[0].dropped == 1


def test_a_connection_that_is_lost_is_told_of_the_task_it_was_lost_in(tmp_path):
    told, _ = play(tmp_path, THREE, answers={"a": {1: ok()}})
    assert told == ["a ok one", "a unreachable two", "a left unreachable"]


def test_a_host_that_cannot_be_reached_leaves_the_others_alone(tmp_path):
    told, _ = play(tmp_path, THREE, "a,b", {"b": None})
    assert [each for each in told if each[0] == "b"] == ["b unreachable one", "b left unreachable"]
    assert [each for each in told if each[0] == "a"] == ["a ok one", "a ok two", "a ok three"]


def test_another_user_is_become_when_all_that_was_sent_has_ended(tmp_path):
    playbook = THREE.replace("command: two", "command: two, become: true, become_user: app")
    _, connections = play(tmp_path, playbook)
    assert [session.log for session in connections.sessions] == [
        ["send 1", "receive 1", "send 2", "receive 2"], ["send 1", "receive 1"]]
    assert [become.user for become in connections.become] == [None, "app"]


def test_blocks_need_no_waiting_before_their_end(tmp_path):
    playbook = """
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, command: one}
    - block: [{name: two, command: two}]
      rescue: [{name: three, command: three}]
    - {name: four, command: four}
"""
    told, connections = play(tmp_path, playbook, answers={"a": {1: ok(), 2: failed(), 3: ok(), 4: ok()}})
    assert connections.sessions[0].log[:4] == ["send 1", "send 2", "receive 1", "receive 2"]
    assert told == ["a ok one", "a failed two", "a ok three", "a ok four"]


@pytest.mark.parametrize("where", ["gather", "carry_out", "flush"])
def test_a_bug_on_one_host_ends_the_run_and_hangs_no_other(tmp_path, monkeypatch, where):
    original = getattr(walk.Walk, where)

    def broken(self, *args):
        if self.host == "b":
            raise RuntimeError("a bug")
        return original(self, *args)

    monkeypatch.setattr(walk.Walk, where, broken)
    playbook = THREE.replace("command: two", "command: two, run_once: true").replace(
        "command: three", "command: three, delegate_to: c")
    run, _ = prepared_run(tmp_path, playbook, "a,b,c")
    with pytest.raises(InternalError, match="b: RuntimeError: a bug"):
        list(run.stream())


def test_a_host_that_could_not_even_begin_hangs_no_other(tmp_path, monkeypatch):
    def broken(self, run, walk):
        if walk.host == "a":
            raise RuntimeError("a bug")

    monkeypatch.setattr(walk.Includes, "__init__", broken)
    run, _ = prepared_run(tmp_path, THREE.replace("command: one", "command: one, run_once: true"), "a,b", forks=1)
    with pytest.raises(InternalError, match="a: RuntimeError"):
        list(run.stream())


def test_run_once_is_lost_with_the_host_that_carries_it_out(tmp_path):
    told, _ = play(tmp_path, THREE.replace("command: one", "command: one, run_once: true"), "a,b", {"a": {}})
    assert sorted(told) == ["a left unreachable", "a unreachable one", "b left failed"]


def test_fewer_slots_than_hosts_that_meet_are_enough(tmp_path):
    playbook = THREE.replace("command: two", "command: two, run_once: true")
    told, _ = play(tmp_path, playbook, "a,b,c,d", forks=1)
    assert sorted(told) == sorted([f"{host} ok {name}" for host in "abcd" for name in ("one", "three")] + ["a ok two"])


def test_handlers_of_a_host_that_is_lost_meanwhile_are_told_of(tmp_path):
    playbook = """
- hosts: all
  gather_facts: false
  force_handlers: true
  tasks:
    - {name: one, command: one, notify: handler}
    - {name: two, command: two}
  handlers: [{name: handler, command: three}]
"""
    told, _ = play(tmp_path, playbook, answers={"a": {1: ok(changed=True), 2: failed()}})
    assert told == ["a changed one", "a failed two", "a unreachable handler", "a left failed"]
