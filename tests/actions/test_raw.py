import pytest

from muster.actions.action import Failed, Raw
from muster.model import Result
from tests.actions.harness import FakeHere, act, play

GOOD = Result({"rc": 0, "stdout": "a\nb\n", "stderr": ""})


def test_the_login_s_shell_runs_the_line_as_it_is():
    yielded, values = play(act("raw", cmd="echo a; echo 'b'"), GOOD)
    assert yielded == [Raw("echo a; echo 'b'")]
    assert values == {"changed": True, "rc": 0, "stdout": "a\nb\n", "stdout_lines": ["a", "b"], "stderr": "",
                      "stderr_lines": []}


def test_another_shell_gets_the_line_as_one_word():
    yielded, _ = play(act("raw", cmd="echo 'a b' | wc", executable="/bin/bash"), GOOD)
    assert yielded == [Raw("/bin/bash -c 'echo '\"'\"'a b'\"'\"' | wc'")]


def test_any_status_but_zero_fails():
    with pytest.raises(Failed) as caught:
        play(act("raw", cmd="false"), Result({"rc": 3, "stdout": "", "stderr": "no\n"}))
    assert caught.value.message == "non-zero return code"
    assert (caught.value.fields["rc"], caught.value.fields["stderr_lines"]) == (3, ["no"])


def test_a_line_that_could_not_be_run_is_its_own_result():
    lost = Result({"failed": True, "msg": "connection lost"})
    assert play(act("raw", cmd="true"), lost)[1] is lost


def test_check_mode_runs_nothing():
    yielded, values = play(act("raw", FakeHere(check=True), cmd="rm -r /srv"))
    assert yielded == [] and values["skipped"] and not values["changed"]
