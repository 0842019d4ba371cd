import os

import pytest

from muster.target import system
from muster.target.system import Outcome, capture, run, which, words_of
from muster.target.task import Failure, context


@pytest.fixture
def streamed(monkeypatch):
    pieces = []
    monkeypatch.setattr(context, "output", pieces.append)
    return pieces


@pytest.mark.parametrize("stream", [False, True])
def test_a_command_leaves_status_and_both_outputs(stream):
    outcome = capture("sh", "-c", "echo out; echo err >&2; exit 3", stream=stream)
    assert (outcome.rc, outcome.stdout, outcome.stderr, outcome.ok) == (3, "out\n", "err\n", False)
    assert outcome.lines == ["out"]
    assert outcome.start <= outcome.end


@pytest.mark.parametrize(("argv", "rc"), [(["/nowhere/x"], 127), (["no-such-command"], 127), (["/etc"], 126),
                                          (["/etc/passwd"], 126)])
def test_what_cannot_be_started_ends_as_in_a_shell(argv, rc):
    outcome = capture(*argv)
    assert outcome.rc == rc
    assert argv[0] in outcome.stderr


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("stdin", ["text ☃\n", b"bytes \xff\n"])
def test_standard_input_is_given_and_ends(stdin, stream):
    expected = stdin if isinstance(stdin, str) else stdin.decode("utf-8", "surrogateescape")
    assert capture("cat", stdin=stdin, stream=stream).stdout == expected


def test_without_any_standard_input_is_empty():
    assert capture("cat").stdout == ""


def test_bytes_that_are_not_utf_8_survive():
    outcome = capture("printf", r"\377\n")
    assert outcome.stdout.encode("utf-8", "surrogateescape") == b"\xff\n"


def test_commands_speak_the_c_locale_unless_told_otherwise(monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert capture("sh", "-c", "echo $LC_ALL").stdout == "C\n"
    assert capture("sh", "-c", "echo $LC_ALL", plain=True).stdout == "de_DE.UTF-8\n"
    assert capture("sh", "-c", "echo $LC_ALL", env={"LC_ALL": "x"}).stdout == "x\n"


def test_commands_run_where_they_are_told_to(tmp_path):
    assert capture("pwd", cwd=str(tmp_path)).stdout == f"{tmp_path}\n"


def test_a_command_has_a_session_of_its_own():
    assert int(capture("sh", "-c", "ps -o sid= -p $$ || cut -d' ' -f6 /proc/$$/stat").stdout) != os.getsid(0)


def test_output_is_passed_on_while_it_appears(streamed, tmp_path):
    seen = []

    def answer(text):
        seen.append(text)
        (tmp_path / "seen").touch()

    context.output = answer
    waiting = 'echo first; for _ in $(seq 500); do [ -e "$0" ] && exec echo second; sleep 0.02; done; echo unheard'
    run("sh", "-c", waiting, str(tmp_path / "seen")).do()
    assert "".join(seen) == "first\nsecond\n"


def test_silence_lets_out_what_was_held_back(streamed, monkeypatch):
    monkeypatch.setattr(system, "SILENCE_SECONDS", 0.05)
    seen = []
    context.output = seen.append
    run("sh", "-c", "echo first; sleep 0.2").do()
    assert "".join(seen) == "first\n" and seen[-1] == ""


def test_much_output_on_both_sides_blocks_nothing(streamed):
    outcome = run("sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2").do()
    assert (len(outcome.stdout), len(outcome.stderr)) == (300000, 300000)
    outcome = capture("cat", stdin="x" * 300000)
    assert len(outcome.stdout) == 300000


def test_a_change_that_fails_fails_the_task():
    with pytest.raises(Failure) as caught:
        run("sh", "-c", "echo first; echo last >&2; exit 4").do()
    assert caught.value.message == "sh ended with 4: last"
    assert caught.value.fields["rc"] == 4
    assert caught.value.fields["cmd"] == ["sh", "-c", "echo first; echo last >&2; exit 4"]


def test_statuses_that_are_expected_are_no_failure():
    assert run("sh", "-c", "exit 2", rc=(0, 2)).do().rc == 2
    assert run("false", check=False).do().rc == 1
    with pytest.raises(Failure, match="false ended with 1"):
        capture("false", check=True)


def test_a_change_is_described_by_its_command_unless_it_has_words():
    assert run("groupadd", "deploy").what == "groupadd deploy"
    assert run("groupadd", "deploy", what="add deploy").what == "add deploy"
    assert run("groupadd", "deploy").predicted.ok


def test_a_command_that_is_killed_has_a_negative_status():
    assert capture("sh", "-c", "kill -9 $$").rc == -9


def test_results_so_far_are_sent_before_a_command_starts(monkeypatch):
    flushed = []
    monkeypatch.setattr(context, "flush", lambda: flushed.append(True))
    capture("true")
    assert flushed


def test_administrators_directories_are_searched_last(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/sbin")
    assert system.search_path().split(":")[:2] == [str(tmp_path), "/usr/sbin"]
    assert system.search_path().count("/usr/sbin") == 1
    tool = tmp_path / "sh"
    tool.write_text("#!/bin/sh\n")
    assert which("no-such", "sh") != str(tool)  # It may not be executed.
    tool.chmod(0o755)
    assert which("no-such", "sh") == str(tool)
    assert which("no-such") is None


def test_the_last_words_of_an_outcome_explain_its_failure():
    assert Outcome(["x"], 1, "a\nb\n", "").failure().message == "x ended with 1: b"
    assert Outcome(["x"], 1).failure().message == "x ended with 1"


def test_words_as_a_shell_has_them():
    assert words_of("args", "a 'b c'") == ["a", "b c"]
    with pytest.raises(Failure, match="args cannot be taken apart into words: it's: no closing quotation"):
        words_of("args", "it's")
