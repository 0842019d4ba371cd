import pytest

from muster.report.details import block, debug_text, details, items, tail, told
from tests.report.scenario import ended


def event(action="command", labels=(), **values):
    return ended("web1", 1, "A task", action, labels=labels, **values)


@pytest.mark.parametrize(("values", "text"), [
    ({"msg": "Hello\nthere"}, "Hello\nthere"),
    ({"msg": {"a": [1, 2]}}, "a:\n- 1\n- 2"),
    ({"port": 80, "changed": False}, "port: 80"),
    ({"item": "x", "user": "joe", "ansible_loop_var": "user", "shell": "/bin/sh"}, "shell: /bin/sh"),
    ({"changed": False}, ""),
])
def test_debug_says_its_message_or_its_variable(values, text):
    assert debug_text(values) == text


def test_debug_over_a_loop_says_each_item_that_was_not_skipped():
    results = [{"msg": "one"}, {"skipped": True}, {"msg": "\x1b[1mthree"}, {"censored": "hidden", "msg": "secret"}]
    assert told(event("debug", results=results)) == "one\nthree\nhidden"


def test_items_are_named_by_label_by_loop_variable_or_by_number():
    results = [{"item": "a"}, {"user": "joe", "ansible_loop_var": "user"}, {}]
    assert [label for label, _ in items(event(labels=("first",), results=results))] == ["first", "joe", "3"]
    assert [label for label, _ in items(event(results=["bash-5.1"]))] == [""]  # A package manager's own `results`.


def test_v_shows_the_message_the_status_and_what_was_printed():
    values = {"msg": "done", "rc": 2, "stdout": "a\nb\n", "stderr": "oops", "start": "now", "changed": True}
    assert details(event(**values), 1).splitlines() == [
        "done", "rc 2", "stdout | a", "       | b", "stderr | oops"]
    assert details(event(rc=0, stdout=""), 1) == ""


def test_v_shows_items_apart():
    results = [{"stdout": "x"}, {"skipped": True}, {"stdout": "y\nz"}]
    assert details(event(labels=("a", "b", "c"), results=results), 1).splitlines() == [
        "item a:", "  stdout | x", "item c:", "  stdout | y", "         | z"]


@pytest.mark.parametrize(("values", "reason"), [
    ({"false_condition": "a == 'b'"}, "skipped, because this is false: a == 'b'"),
    ({"false_condition": False}, "skipped, because this is false: False"),
    ({"skip_reason": "no items"}, "no items"),
    ({"msg": "check mode cannot tell"}, "check mode cannot tell"),
])
def test_vv_says_why_a_task_was_skipped(values, reason):
    assert details(event(skipped=True, **values), 1) == ""
    assert details(event(skipped=True, **values), 2) == reason


def test_vvv_shows_everything():
    assert details(event(stat={"exists": True}, rc=0), 3) == "stat:\n  exists: true\nrc: 0\nchanged: false"


@pytest.mark.parametrize("verbosity", [1, 2])
def test_what_is_hidden_stays_hidden(verbosity):
    assert details(event(censored="hidden by no_log", msg="secret", stdout="secret"), verbosity) == "hidden by no_log"


def test_output_stands_beside_its_name():
    assert list(block("out", ["a", "", "b"])) == ["out | a", "    |", "    | b"]


def test_of_long_output_the_end_is_shown_and_the_rest_counted():
    assert list(tail("out", "1\n2\n3\n4\n", 2)) == ["out | (2 more above; -v shows all)", "    | 3", "    | 4"]
    assert list(tail("out", "1\n2\n", 2)) == ["out | 1", "    | 2"]
    assert list(tail("out", " \n", 2)) == []
