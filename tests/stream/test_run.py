import pytest

from muster.errors import InternalError, PlanError
from muster.model import HostLeft, PlayEnded, PlayStarted
from muster.stream.run import internal
from tests.stream.fake import failed, ok
from tests.stream.play import play, prepared_run

PLAY = "- {hosts: all, gather_facts: false, %s tasks: [{name: one, command: x}]}\n"


def test_plays_and_batches_are_told_of_in_their_order(tmp_path):
    run, _ = prepared_run(tmp_path, PLAY % "serial: 2," + PLAY % "", "a,b,c")
    events = [event for event in run.stream() if isinstance(event, (PlayStarted, PlayEnded))]
    assert [(event.number, event.hosts, event.batch, event.batches) for event in events[::2]] == [
        (0, ("a", "b"), 0, 2), (0, ("c",), 1, 2), (1, ("a", "b", "c"), 0, 1)]
    assert [(event.number, event.batch) for event in events[1::2]] == [(0, 0), (0, 1), (1, 0)]


def test_plays_have_rendered_names_and_those_without_hosts_are_told_of_too(tmp_path):
    run, _ = prepared_run(tmp_path, """
- {name: "for {{ who }}", hosts: a, gather_facts: false, vars: {who: a}, tasks: []}
- {name: "for {{ nobody }}", hosts: a, gather_facts: false, tasks: []}
- {hosts: [a, b], gather_facts: false, tasks: []}
- {hosts: "all:!all", gather_facts: false, tasks: []}
""", "a,b")
    told = [(event.name, event.hosts) for event in run.stream() if isinstance(event, PlayStarted)]
    assert told == [("for a", ("a",)), ("for {{ nobody }}", ("a",)), ("a,b", ("a", "b")), ("all:!all", ())]


def test_every_host_leaves_every_play(tmp_path):
    run, _ = prepared_run(tmp_path, PLAY % "" + PLAY % "", "a,b", {"b": {1: failed()}})
    left = sorted((event.host, event.play, event.why) for event in run.stream() if isinstance(event, HostLeft))
    assert left == [("a", 0, "ended"), ("a", 1, "ended"), ("b", 0, "failed")]


def test_sessions_last_over_plays_and_are_closed_at_the_end(tmp_path):
    _, connections = play(tmp_path, PLAY % "" + PLAY % "", "a,b")
    assert sorted(session.host for session in connections.sessions) == ["a", "b"]
    assert all(session.closed for session in connections.sessions)


def test_no_more_hosts_work_at_a_time_than_there_are_slots(tmp_path):
    import threading
    import time

    busy, most, guard = [0], [0], threading.Lock()

    def slow(number, call):
        with guard:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.02)
        with guard:
            busy[0] -= 1
        return ok()

    play(tmp_path, PLAY % "", "a,b,c,d,e,f", dict.fromkeys("abcdef", slow), forks=2)
    assert most[0] == 2


@pytest.mark.parametrize("given, message", [("max_fail_percentage: '{{ 3 }}x',", "max_fail_percentage is a number")])
def test_a_play_that_cannot_begin_is_an_error_of_its_writer(tmp_path, given, message):
    run, _ = prepared_run(tmp_path, PLAY % given)
    with pytest.raises(PlanError, match=message) as caught:
        list(run.stream())
    assert str(caught.value.origin).endswith("site.yml:1:58")


def test_a_bug_is_told_with_its_host_and_trace():
    error = RuntimeError("no")
    made = internal(error, "a")
    assert isinstance(made, InternalError) and made.__cause__ is error
    assert str(made) == "a: RuntimeError: no"
    assert internal(made, "b") is made


def test_files_included_at_one_place_are_numbered_as_they_come(tmp_path):
    run, _ = prepared_run(tmp_path, PLAY % "")
    places = [run.place_of_include((2, 1), item, path) for item, path in ((0, "x"), (0, "y"), (1, "y"), (0, "x"))]
    assert places == [(2, 1, 0, 0), (2, 1, 0, 1), (2, 1, 1, 0), (2, 1, 0, 0)]


@pytest.mark.parametrize("words, lockstep", [
    ("", False), ("strategy: linear,", True), ("strategy: ansible.builtin.linear,", True), ("strategy: free,", False),
    ("any_errors_fatal: true,", True), ("max_fail_percentage: 0,", True),
])
def test_hosts_go_side_by_side_where_a_play_says_so(tmp_path, words, lockstep):
    run, _ = prepared_run(tmp_path, PLAY % words)
    assert run.lockstep(run.plan.plays[0]) is lockstep
