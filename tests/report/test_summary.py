import pytest

from muster.model import HostLeft, HostRescued, Key, PlayStarted
from muster.report.summary import COUNTED, Counts, Tally
from tests.report.scenario import ended


def tally(*events, hosts=("a", "b", "c")):
    made = Tally()
    made.play(PlayStarted("Play", hosts, 0))
    for event in events:
        if isinstance(event, HostLeft):
            made.leave(event)
        elif isinstance(event, HostRescued):
            made.rescue(event)
        else:
            made.count(event)
    return made


def outcome(host="a", position=1, **values):
    return ended(host, position, f"Task {position}", **values)


# As ansible-core 2.19.14 counts the same outcomes in its recap.
@pytest.mark.parametrize(("values", "counts"), [
    ({}, {"ok": 1}),
    ({"changed": True}, {"ok": 1, "changed": 1}),
    ({"skipped": True}, {"skipped": 1}),
    ({"failed": True, "changed": True}, {"failed": 1}),
    ({"unreachable": True}, {"unreachable": 1}),
    ({"failed": True, "fate": "ignored"}, {"ok": 1, "ignored": 1}),
    ({"failed": True, "changed": True, "fate": "ignored"}, {"ok": 1, "changed": 1, "ignored": 1}),
    ({"unreachable": True, "fate": "ignored"}, {"ok": 1, "ignored": 1}),
    ({"failed": True, "changed": True, "fate": "rescued"}, {"rescued": 1}),
    ({"changed": True, "results": [{"changed": True}, {"changed": True}, {}]}, {"ok": 1, "changed": 1}),
    ({"action": "include_tasks", "include": "x"}, {"ok": 1}),
    ({"action": "include_tasks", "results": [{"include": "x"}, {"skipped": True}, {"include": "x"}]}, {"ok": 2}),
    ({"action": "include_role", "skipped": True, "results": [{"skipped": True}]}, {"skipped": 1}),
])
def test_outcomes_are_counted_as_ansible_counts_them(values, counts):
    assert tally(outcome(**values)).hosts["a"] == Counts(**counts)


@pytest.mark.parametrize(("events", "code"), [
    ([outcome()], 0),
    ([outcome(failed=True, fate="ignored"), outcome(failed=True, fate="rescued")], 0),
    ([outcome(failed=True)], 2),
    ([outcome(unreachable=True)], 4),
    ([outcome(failed=True), outcome("b", unreachable=True)], 4),
    ([outcome("b", unreachable=True), outcome(failed=True)], 4),
    ([HostLeft("a", 0, "failed")], 2),
    ([HostLeft("a", 0, "unreachable")], 4),
    ([HostLeft("a", 0, "ended")], 0),
    ([outcome(failed=True), HostRescued("a", Key(0, 0, (1,)))], 0),
    ([outcome(failed=True), HostRescued("a", Key(0, 0, (2,)))], 2),
])
def test_the_exit_code_is_that_of_ansible_playbook(events, code):
    assert tally(*events).exit_code() == code


def test_a_failure_that_its_block_rescues_is_taken_back():
    made = tally(outcome(failed=True, msg="no"), HostRescued("a", Key(0, 0, (1,))))
    assert made.hosts["a"] == Counts(rescued=1)
    assert (made.problems, made.failed_hosts()) == ([], ())


def test_a_rescue_that_was_known_at_once_counts_once():
    made = tally(outcome(failed=True, fate="rescued"), HostRescued("a", Key(0, 0, (1,))))
    assert made.hosts["a"] == Counts(rescued=1)


def test_a_host_lost_between_tasks_is_unreachable_once():
    assert tally(HostLeft("a", 0, "unreachable")).hosts["a"] == Counts(unreachable=1)
    made = tally(outcome(unreachable=True, msg="refused\nmore"), HostLeft("a", 0, "unreachable"))
    assert made.hosts["a"] == Counts(unreachable=1)
    assert [(problem.host, problem.status, problem.reason) for problem in made.problems] == [
        ("a", "unreachable", "refused")]


def test_failed_hosts_come_in_the_order_of_the_inventory():
    made = tally(outcome("c", failed=True), outcome("a", unreachable=True), HostLeft("b", 0, "ended"))
    assert made.failed_hosts() == ("a", "c")


def test_changes_are_counted_by_task_and_hosts():
    made = tally(*(outcome(host, position, changed=True) for host in "ab" for position in (1, 2)), outcome("c"))
    assert {name: number for (name, _), number in made.changed_tasks.items()} == {"Task 1": 2, "Task 2": 2}


def test_hosts_that_did_nothing_and_hosts_nobody_named_are_counted_too():
    made = tally(outcome("new", changed=True))
    assert list(made.hosts) == ["a", "b", "c", "new"]
    assert made.hosts["b"] == Counts()


def test_eventful_is_what_goes_beyond_ok_and_skipped():
    assert not Counts(ok=3, skipped=2).eventful
    assert all(Counts(**{name: 1}).eventful for name in COUNTED if name not in ("ok", "skipped"))
    assert list(Counts(ok=3).as_dict()) == list(COUNTED)
