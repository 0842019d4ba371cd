"""What the cases in cases/command.yml cannot say."""

import shlex

import pytest

from tasks.command import command, words_of
from tests.tasks.harness import perform

TEXTS = ["", "  ", "uname -r", "''",
         " a\tb\r\nc  d ", "a # b", "a\x0bb\u00a0c", "say 'a b'", 'a "b\\"c" d', "a\\ b", "$HOME/*;b"]


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_that_shlex_finds(text):
    assert words_of(text) == shlex.split(text)


def test_a_quote_that_is_not_closed_is_told():
    assert perform(command, {"cmd": "echo 'a"})["msg"] == "No closing quotation in the command: echo 'a"


def test_variables_and_home_are_expanded_in_the_words(monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("COLOUR", "deep blue")
    result = perform(command, {"cmd": "printf %s, ~/x $COLOUR '$NOT_SET'"})
    assert result["stdout"] == "/home/someone/x,deep blue,$NOT_SET,"


def test_variables_stay_when_told_so(monkeypatch):
    monkeypatch.setenv("COLOUR", "blue")
    assert perform(command, {"cmd": "echo $COLOUR ~", "expand_argument_vars": False})["stdout"] == "$COLOUR ~"


def test_the_users_own_locale_holds(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert perform(command, {"argv": ["printenv", "LC_ALL"]})["stdout"] == "C.UTF-8"


def test_bytes_that_are_not_utf8_survive():
    assert perform(command, {"argv": ["printf", r"\377"]})["stdout"] == "\udcff"


def test_check_mode_skips_what_it_cannot_tell(tmp_path):
    result = perform(command, {"argv": ["touch", str(tmp_path / "made")]}, check=True)
    assert result["skipped"] and not result["changed"]
    assert not (tmp_path / "made").exists()
    assert (result["rc"], result["stdout"], result["stdout_lines"], result["stderr"]) == (0, "", [], "")


def test_check_mode_heeds_creates_and_removes(tmp_path):
    spared = perform(command, {"cmd": "false", "creates": str(tmp_path)}, check=True)
    assert not spared["skipped"] and not spared["changed"]
    for reason in ({"creates": str(tmp_path / "none")}, {"removes": str(tmp_path)}):
        foretold = perform(command, dict(reason, cmd="false"), check=True)
        assert foretold["changed"] and not foretold["skipped"] and foretold["rc"] == 0
