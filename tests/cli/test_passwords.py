"""Passwords of logins and of sudo."""

import pytest

from muster.cli.passwords import password_in, passwords
from muster.config import Config
from muster.config.config import Found
from muster.errors import OptionError
from muster.secrets import MASK, SECRETS

NOTHING = {"ask_pass": False, "connection_password_file": None, "ask_become_pass": False, "become_password_file": None}


@pytest.fixture
def answers(monkeypatch):
    """Answers to give, by what is asked for."""
    found = {}
    monkeypatch.setattr("click.prompt", lambda text, **how: found[text])
    return found


def test_nobody_is_asked_who_did_not_ask_to_be():
    assert passwords(NOTHING, Config()) == (None, None)
    assert passwords(NOTHING, Config(found={"become_password": Found("b", None)})) == (None, "b")


@pytest.mark.parametrize(("given", "login", "become", "expected"), [
    ({"ask_pass": True}, "a", "b", ("a", None)), ({"ask_become_pass": True}, "a", "b", (None, "b")),
    ({"ask_pass": True, "ask_become_pass": True}, "a", "b", ("a", "b")),
    ({"ask_pass": True, "ask_become_pass": True}, "a", "", ("a", "a")),
    ({"ask_become_pass": True}, "a", "", (None, ""))])
def test_who_answers_the_second_question_with_nothing_means_the_first_answer(answers, given, login, become, expected):
    answers.update({"login password": login, "sudo password": become})
    assert passwords({**NOTHING, **given}, Config()) == expected


def test_files_hold_passwords_and_questions_beat_them(answers, tmp_path):
    (tmp_path / "a").write_text("one\n")
    (tmp_path / "b").write_text(" two \n")
    given = {**NOTHING, "connection_password_file": str(tmp_path / "a"), "become_password_file": str(tmp_path / "b")}
    assert passwords(given, Config()) == ("one", "two")
    answers["login password"] = "asked"
    assert passwords({**given, "ask_pass": True}, Config()) == ("asked", "two")


def program(directory, text):
    path = directory / "give"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_prints_the_password(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program(tmp_path, "echo secret")
    assert password_in("give", "it") == "secret"


@pytest.mark.parametrize(("make", "says"), [
    (lambda place: program(place, "exit 3"), "which gives it, failed with status 3"),
    (lambda place: program(place, "true"), "which gives it, is empty"),
    (lambda place: str(place / "none"), "cannot read .*none, which gives it: No such file or directory"),
    (str, "cannot read .*: Is a directory")])
def test_what_gives_no_password_is_told(tmp_path, make, says):
    with pytest.raises(OptionError, match=says):
        password_in(make(tmp_path), "it")


def test_passwords_are_secret(answers):
    answers.update({"login password": "hunter22", "sudo password": "sesame33"})
    passwords({**NOTHING, "ask_pass": True, "ask_become_pass": True}, Config())
    passwords(NOTHING, Config(found={"become_password": Found("configured44", None)}))
    assert SECRETS.masked(["hunter22", "sesame33", "configured44"]) == [MASK] * 3
