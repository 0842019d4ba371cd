"""Lookups of what commands print and of the environment."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import ENGINE, Fake, evaluate


def test_pipe_gives_what_a_command_prints_in_the_playbooks_directory(tmp_path):
    (tmp_path / "here").write_text("")
    variables = Fake(playbook_dir=str(tmp_path))
    assert ENGINE.evaluate("lookup('pipe', 'ls; echo two; echo')", variables) == "here\ntwo"
    assert ENGINE.evaluate("q('lines', 'ls; echo two')", variables) == ["here", "two"]
    assert variables.settled == 2


def test_env_reads_the_environment(monkeypatch):
    monkeypatch.setenv("MUSTER_TEST", "value")
    monkeypatch.delenv("MUSTER_NONE", raising=False)
    assert evaluate("lookup('env', 'MUSTER_TEST')") == "value"
    assert evaluate("lookup('env', 'MUSTER_NONE')") == ""
    assert evaluate("lookup('env', 'MUSTER_NONE', default='x')") == "x"


def test_a_command_that_fails_is_told_with_its_words():
    with pytest.raises(TemplateError, match='the lookup "pipe" failed: "echo no >&2; exit 3" ended with 3: no'):
        evaluate("lookup('pipe', 'echo no >&2; exit 3')")
