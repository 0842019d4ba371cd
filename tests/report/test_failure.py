from muster.report.failure import LAST_LINES, explanation
from tests.report.scenario import ended


def explain(verbosity=0, labels=(), **values):
    return explanation(ended("web1", 1, "A task", labels=labels, failed=True, **values), verbosity).splitlines()


def test_a_failure_is_its_message_command_status_and_output():
    assert explain(msg="it broke", cmd=["nginx", "-t", "a b"], rc=1, stdout="so far", stderr="bad\nworse\n") == [
        "it broke", "$ nginx -t 'a b'  (rc 1)", "stdout | so far", "stderr | bad", "       | worse"]


def test_a_status_without_a_command_is_told_too():
    assert explain(msg="it broke", rc=3) == ["it broke", "rc 3"]


def test_only_the_end_of_long_output_is_shown_unless_v_is_given():
    log = "\n".join(map(str, range(40)))
    short, whole = explain(msg="no", stdout=log), explain(1, msg="no", stdout=log)
    assert len(short) == 1 + 1 + LAST_LINES and short[1] == "stdout | (30 more above; -v shows all)"
    assert len(whole) == 1 + 40


def test_of_a_loop_each_item_that_failed_is_explained():
    results = [{"changed": True}, {"failed": True, "msg": "no such user", "rc": 2}, {"failed": True, "msg": "busy"}]
    assert explain(labels=("a", "b", "c"), msg="One or more items failed", results=results) == [
        "item b:", "  no such user", "  rc 2", "item c:", "  busy"]


def test_a_loop_that_failed_before_its_items_gives_its_own_message():
    assert explain(msg="loop needs a list", results=[]) == ["loop needs a list"]


def test_assertions_and_retries_are_told():
    assert explain(msg="Too small", assertion="memory > 2048", attempts=5) == [
        "Too small", "given up after 5 attempts", "this is false: memory > 2048"]


def test_a_bug_of_a_task_type_shows_where_it_broke():
    lines = explain(msg="the task type x broke", exception="Traceback\n  File x\nKeyError: 1")
    assert lines[-1].endswith("| KeyError: 1")


def test_vvv_shows_the_whole_result():
    assert explain(3, msg="no", path="/a") == ["no", "failed: true", "msg: 'no'", "path: /a", "changed: false"]


def test_what_is_hidden_stays_hidden():
    for verbosity in range(4):
        assert explain(verbosity, censored="hidden", msg="secret", stdout="secret") == ["hidden"]
