import pytest

from muster.target.commands import result, spared
from muster.target.system import Outcome
from muster.target.task import Failure


def test_a_command_runs_unless_something_spares_it(tmp_path):
    assert spared("x") is None
    assert spared("x", creates=str(tmp_path / "none*")) is None
    assert spared("x", removes=str(tmp_path)) is None


def test_a_spared_command_has_a_result_like_any_other(tmp_path):
    values = spared("x", creates=str(tmp_path))
    assert values["rc"] == 0 and values["cmd"] == "x"
    assert values["stdout_lines"] == [values["stdout"]] == [f"skipped, since {tmp_path} exists"]
    assert values["msg"] == f"Did not run command since '{tmp_path}' exists"


def test_creates_and_removes_begin_at_chdir(tmp_path):
    (tmp_path / "made").write_text("")
    assert spared("x", str(tmp_path), creates="made")
    assert spared("x", str(tmp_path), removes="gone")
    assert spared("x", str(tmp_path), removes="made") is None


def test_times_are_told_as_playbooks_know_them():
    values = result(Outcome(["x"], start=1000.25, end=4601.75), "x")
    assert values["delta"] == "1:00:01.500000"
    assert values["start"].endswith(":40.250000") and len(values["start"]) == 26


def test_only_newlines_at_the_end_are_taken_off():
    values = result(Outcome(["x"], stdout="\n a\r\n\n", stderr="b \n"), "x")
    assert (values["stdout"], values["stdout_lines"], values["stderr"]) == ("\n a", ["", " a"], "b ")
    assert result(Outcome(["x"], stdout="a\n\n"), "x", strip=False)["stdout"] == "a\n\n"


def test_a_failure_carries_the_result():
    with pytest.raises(Failure) as raised:
        result(Outcome(["ls", "x"], 2, "out", "err"), ["ls", "x"])
    assert raised.value.message == "non-zero return code"
    assert {name: raised.value.fields[name] for name in ("rc", "stdout", "stderr", "cmd")} == {
        "rc": 2, "stdout": "out", "stderr": "err", "cmd": ["ls", "x"]}


# The system says 126 for a missing program when a directory of PATH cannot be read.
@pytest.mark.parametrize(("program", "rc"), [("no-such-program", 127), ("/no/such/program", 127), ("no-such", 126)])
def test_a_program_that_is_missing_is_named(program, rc):
    with pytest.raises(Failure, match=f"{program} is not installed") as raised:
        result(Outcome([program], rc), [program])
    assert raised.value.fields["rc"] == 2


def test_a_program_that_ends_with_127_itself_is_not_missing():
    with pytest.raises(Failure, match="non-zero"):
        result(Outcome(["/bin/sh"], 127), "x")
