"""Errors: what they say, and how the tree hangs together."""

import os

import pytest

from muster import errors
from muster.errors import WIDTH, HostError, InputError, LoadError, Origin, excerpt, nearest, nearest_file
from muster.secrets import MASK, SECRETS


@pytest.fixture
def place(tmp_path):
    def write(text, line, column):
        (tmp_path / "f.yml").write_bytes(text.encode())
        return Origin(str(tmp_path / "f.yml"), line, column)

    return write


def test_an_origin_is_written_as_compilers_do():
    assert str(Origin("site.yml", 3, 7)) == "site.yml:3:7"


def test_an_error_says_what_where_and_what_to_do(place):
    origin = place("- a\n- bekome: yes\n", 2, 3)
    assert str(LoadError("no such keyword", origin, 'did you mean "become"?')) == (
        f'{origin}: no such keyword\n  - bekome: yes\n    ^\ndid you mean "become"?')


def test_an_error_of_no_file_is_its_message_and_hint():
    assert str(InputError("what", hint="do this")) == "what\ndo this"
    assert str(InputError("what")) == "what"


@pytest.mark.parametrize(("line", "column", "shown", "caret"), [
    ("abc", 1, "abc", 0), ("abc", 3, "abc", 2), ("\tabc", 2, " abc", 1), ("äöü", 3, "äöü", 2),
    ("a\x1b[31mb", 1, "a?[31mb", 0),
    ("x" * 300, 1, "x" * WIDTH + "...", 0), ("x" * 300, 300, "..." + "x" * 51, 53)])
def test_an_excerpt_is_the_line_and_a_caret_below_the_column(place, line, column, shown, caret):
    assert excerpt(place(f"first\n{line}\n", 2, column)) == [f"  {shown}", "  " + " " * caret + "^"]


def test_the_caret_stays_under_its_character_in_a_long_line(place):
    text = "-" * 170 + "X" + "-" * 170
    line, caret = excerpt(place(text, 1, 171))
    assert line[caret.index("^")] == "X"
    assert len(line) == WIDTH + 2 + len("......")


@pytest.mark.parametrize("origin", [Origin("/nowhere/f.yml", 1, 1), Origin("", 1, 1), Origin("a\0b", 1, 1)])
def test_a_file_that_cannot_be_read_has_no_excerpt(origin):
    assert excerpt(origin) == []


@pytest.mark.parametrize("line", [0, 3, 100])
def test_a_line_that_is_not_there_has_no_excerpt(place, line):
    assert excerpt(place("a\nb\n", line, 1)) == []


def test_a_file_that_is_no_text_can_still_be_shown(tmp_path):
    (tmp_path / "f").write_bytes(b"\xff\xfe\n")
    assert excerpt(Origin(str(tmp_path / "f"), 1, 1))[0] == "  \ufffd\ufffd"


@pytest.mark.parametrize(("name", "hint"), [
    ("bekome", 'did you mean "become"?'), ("becomes", 'did you mean "become"?'), ("zzyzx", ""), ("", "")])
def test_the_nearest_spelling_is_suggested_if_there_is_one(name, hint):
    assert nearest(name, ["when", "become", "name"]) == hint


def test_the_nearest_spelling_does_not_depend_on_the_order():
    assert nearest("ab", ["abc", "abd"]) == nearest("ab", ["abd", "abc"])


@pytest.mark.parametrize(("asked", "hint"), [
    ("instal.yml", "install.yml"), ("install.yaml", "install.yml"), ("base.yml", ""), ("none/install.yml", "")])
def test_the_nearest_file_is_suggested_by_its_name_without_the_ending(tmp_path, monkeypatch, asked, hint):
    (tmp_path / "install.yml").touch()
    (tmp_path / "site.yml").touch()
    monkeypatch.chdir(tmp_path)
    assert nearest_file(asked) == (f'did you mean "{hint}"?' if hint else "")


def test_an_error_of_a_host_names_it():
    error = HostError("web", "no way", "open the port")
    assert (str(error), error.host, error.hint) == ("web: no way\nopen the port", "web", "open the port")


@pytest.mark.parametrize(("name", "code"), [
    ("LoadError", 1), ("InventoryError", 1), ("PlanError", 1), ("TemplateError", 1), ("OptionError", 1),
    ("LabError", 1), ("ConnectError", 4), ("NoPython", 2), ("SudoRefused", 2), ("ShellRefused", 2), ("AgentDied", 4),
    ("InternalError", 250)])
def test_exit_codes_are_those_of_ansible_playbook(name, code):
    assert getattr(errors, name).exit_code == code


def test_the_tree_that_is_drawn_is_the_tree_that_is_there():
    stack, drawn = [], {}
    for line in errors.__doc__.splitlines():
        name = line.strip().split(" ")[0]
        if line.startswith("    ") and name:
            depth = (len(line) - len(line.lstrip())) // 2 - 2
            stack[depth:] = [name]
            drawn[name] = stack[depth - 1] if depth else "Exception"
    there = {each.__name__: each.__bases__[0].__name__ for each in vars(errors).values()
             if isinstance(each, type) and issubclass(each, errors.MusterError)}
    assert drawn == there


def test_a_pipe_has_no_excerpt_for_it_can_be_read_once_only(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert excerpt(Origin(str(tmp_path / "pipe"), 1, 1)) == []


def test_what_is_no_text_can_be_misspelt_too():
    assert nearest(None, [5, "Nine", True]) == 'did you mean "Nine"?'


def test_of_a_line_secrets_are_masked_and_of_an_encrypted_file_nothing_shows_but_its_header(tmp_path):
    path = str(tmp_path / "a.yml")
    (tmp_path / "a.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6635\n")
    assert errors.excerpt(Origin(path, 1, 1)) == ["  $ANSIBLE_VAULT;1.1;AES256", "  ^"]
    assert errors.excerpt(Origin(path, 2, 1)) == []
    (tmp_path / "a.yml").write_text("a: 1\npassword: hunter22\n")
    SECRETS.add("hunter22")
    assert errors.excerpt(Origin(path, 2, 1)) == [f"  password: {MASK}", "  ^"]
