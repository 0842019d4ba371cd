import pytest

from muster.model import Change
from muster.report.gathered import Gathered
from muster.report.words import View
from tests.report.scenario import ended


def gathered(*events, **view):
    task = Gathered(events[0])
    told = [task.add(event, View(**view)) for event in events]
    return task, told


def outcome(host, action="command", **values):
    return ended(host, 1, "A task", action, **values)


def test_outcomes_are_counted_and_the_worst_is_the_status():
    task, _ = gathered(outcome("a"), outcome("b", changed=True), outcome("c", skipped=True), outcome("d"))
    assert task.counts == {"ok": 2, "changed": 1, "skipped": 1}
    assert task.status == "changed" and not task.skipped


@pytest.mark.parametrize(("values", "status"), [
    ({"failed": True}, "failed"), ({"unreachable": True}, "unreachable"),
    ({"failed": True, "fate": "ignored"}, "ignored"), ({"failed": True, "fate": "rescued"}, "rescued"),
    ({"unreachable": True, "fate": "ignored"}, "ignored"),
    ({"changed": True}, "changed"), ({}, "ok"), ({"skipped": True}, "skipped"),
])
def test_a_failure_counts_as_what_became_of_it(values, status):
    task, _ = gathered(outcome("a", **values))
    assert task.counts == {status: 1} and task.status == status


def test_a_failure_is_explained_once_and_equal_ones_are_gathered():
    task, told = gathered(outcome("a", failed=True, msg="no"), outcome("b", failed=True, msg="no"),
                          outcome("c", failed=True, msg="never"))
    assert told == ["no", "", "never"]
    assert task.failures == {("failed", "no"): ["a", "b"], ("failed", "never"): ["c"]}


def test_an_ignored_failure_is_not_told_at_once():
    _, told = gathered(outcome("a", failed=True, fate="ignored", msg="no"), outcome("b", failed=True, msg="no"))
    assert told == ["", "no"]


def test_a_failure_that_is_rescued_afterwards_is_counted_so():
    task, _ = gathered(outcome("a", failed=True, msg="no"), outcome("b", failed=True, msg="no"))
    task.rescue("a")
    assert {word: number for word, number in task.counts.items() if number} == {"failed": 1, "rescued": 1}
    task.rescue("never seen")
    assert task.counts["rescued"] == 1


def test_changes_are_gathered_when_somebody_will_look_at_them():
    events = [outcome(host, changes=[Change("write", "a", "b")]) for host in "ab"]
    assert gathered(*events)[0].changed == {}
    assert gathered(*events, diff=True)[0].changed == {(Change("write", "a", "b"),): ["a", "b"]}
    assert gathered(*events, verbosity=1)[0].changed == {(Change("write", "a", "b"),): ["a", "b"]}


def test_what_a_failed_task_had_changed_shows_with_v():
    event = outcome("a", failed=True, changes=[Change("run it")])
    assert gathered(event, diff=True)[0].changed == {}
    assert gathered(event, verbosity=1)[0].changed == {(Change("run it"),): ["a"]}


def test_changes_of_a_task_that_hides_its_values_are_hidden():
    assert gathered(outcome("a", changes=[Change("secret")], censored="hidden"), diff=True)[0].changed == {}


def test_what_debug_says_is_gathered_without_being_asked_for():
    task, _ = gathered(*(outcome(host, "debug", msg=msg) for host, msg in (("a", "x"), ("b", "y"), ("c", "x"))))
    assert task.said == {"x": ["a", "c"], "y": ["b"]}


def test_a_message_of_other_tasks_shows_with_v():
    event = outcome("a", "assert", msg="All assertions passed")
    assert gathered(event)[0].detailed == {}
    assert gathered(event, verbosity=1)[0].detailed == {("ok", "All assertions passed"): ["a"]}


def test_the_longest_time_the_most_attempts_and_warnings_are_kept():
    task, _ = gathered(outcome("a", seconds=1.0, attempts=3, warnings=["old"]), outcome("b", seconds=0.5, attempts=1))
    assert (task.seconds, task.attempts, task.warnings) == (1.0, 3, {"old": ["a"]})


def test_hosts_come_in_the_order_of_the_inventory_but_the_one_whose_failure_was_told():
    task, _ = gathered(*(outcome(host, changes=[Change("x")]) for host in "cba"),
                       *(outcome(host, failed=True, msg="no") for host in "fed"), diff=True)
    task.in_order(dict.fromkeys("abcdef"))
    assert list(task.changed.values()) == [["a", "b", "c"]]
    assert list(task.failures.values()) == [["f", "d", "e"]]


def test_a_task_that_all_skipped_is_worth_a_line_only_for_its_warnings():
    assert gathered(outcome("a", skipped=True))[0].skipped
    assert not gathered(outcome("a", skipped=True, warnings=["w"]))[0].skipped
