"""The `muster` command: its help, its exit codes, and what it says when something goes wrong."""

import subprocess
import sys
import warnings

import click
import pytest

from muster.cli import COMMANDS, cli, main
from muster.errors import HostError, InternalError, LoadError
from muster.load.yaml import YamlWarning
from muster.secrets import MASK, SECRETS

HEAVY = ("paramiko", "cryptography", "fabric", "boto3", "jinja2", "yaml", "rich", "muster.run", "muster.plan",
         "asyncio")


def called(monkeypatch, capsys, error):
    """Return the exit code and the message of a command that ends with an error."""
    def fail(**how):
        raise error

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit) as end:
        main([])
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize(("error", "code", "says"), [
    (LoadError("no such file", hint="look again"), 1, "error: no such file\nlook again\n"),
    (HostError("web", "no way"), 4, "error: web: no way\n"),
    (KeyboardInterrupt(), 130, "interrupted; what had been started on the hosts ends by itself\n"),
    (click.exceptions.Abort(), 130, "interrupted; what had been started on the hosts ends by itself\n")])
def test_an_error_is_a_message_and_an_exit_code(monkeypatch, capsys, error, code, says):
    assert called(monkeypatch, capsys, error) == (code, says)


@pytest.mark.parametrize("error", [RuntimeError("oops"), InternalError("oops")])
def test_a_bug_of_ours_is_owned_up_to_with_what_is_needed_to_mend_it(monkeypatch, capsys, error):
    code, printed = called(monkeypatch, capsys, error)
    assert code == 250
    assert printed.startswith("Traceback")
    assert printed.endswith("this is a bug in muster; please report it with the lines above\n")


@pytest.mark.parametrize("error", [LoadError("it is hunter22", hint="not hunter22"), HostError("web", "hunter22?"),
                                   InternalError("hunter22"), KeyError("hunter22")])
def test_no_error_and_no_trace_shows_what_was_decrypted(monkeypatch, capsys, error):
    SECRETS.add("hunter22")
    _, printed = called(monkeypatch, capsys, error)
    assert MASK in printed
    assert "hunter22" not in printed.replace('"hunter22"', "")  # This file's own line is part of the trace.


def test_an_interrupt_inside_of_a_command_is_told(monkeypatch, capsys):
    def interrupted(request):
        raise KeyboardInterrupt

    monkeypatch.setattr("muster.cli.run.carry_out", interrupted)
    with pytest.raises(SystemExit) as end:
        main(["run", "site.yml"])
    assert end.value.code == 130
    assert "interrupted" in capsys.readouterr().err


def test_warnings_of_ours_are_one_line_and_those_of_libraries_are_for_their_authors(monkeypatch, capsys):
    def warn(**how):
        SECRETS.add("hunter22")
        warnings.warn("a key is here twice: hunter22", YamlWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    monkeypatch.setattr(cli, "main", warn)
    with warnings.catch_warnings(), pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 0
    assert capsys.readouterr().err == f"warning: a key is here twice: {MASK}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], []])
def test_the_help_names_every_command(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    printed = capsys.readouterr()
    for name, text in COMMANDS.items():
        assert name in printed.out + printed.err
        assert text in printed.out + printed.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_file_and_a_help_of_its_own(name, capsys):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert f"muster {name}" in capsys.readouterr().out


def test_an_unknown_command_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        main(["rnu"])
    assert end.value.code == 2
    assert "rnu" in capsys.readouterr().err


def imported(code):
    """Return which of the heavy modules a fresh Python has after some code."""
    text = f"import sys\n{code}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_the_help_imports_nothing_heavy():
    assert imported("from muster.cli import cli\ncli.main(['--help'], standalone_mode=False)") == []


def test_a_syntax_check_imports_neither_connections_nor_templates_nor_a_screen(tmp_path):
    (tmp_path / "site.yml").write_text("- hosts: localhost\n  tasks: [{copy: {content: a, dest: /a}}]\n")
    command = ["run", str(tmp_path / "site.yml"), "--syntax-check"]
    found = imported(f"from muster.cli import cli\ncli.main({command!r}, standalone_mode=False)")
    assert not {"paramiko", "fabric", "boto3", "rich", "asyncio", "jinja2"} & set(found)


def test_a_working_directory_that_is_gone_is_told(monkeypatch, capsys, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(SystemExit) as end:
        main(["config"])
    assert end.value.code == 1
    assert capsys.readouterr().err == "error: the working directory is not there any more\ncd to one that is\n"
