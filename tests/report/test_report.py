"""The factory in muster/report/__init__.py."""

import io
import subprocess
import sys

import pytest

from muster.errors import OptionError
from muster.report import OUTPUTS, reporter
from tests.report.scenario import Terminal, small_run


@pytest.mark.parametrize(("output", "stream", "term", "kind"), [
    ("auto", Terminal(), "xterm", "Live"),
    ("auto", Terminal(), "dumb", "Plain"),
    ("auto", Terminal(), "", "Plain"),
    ("auto", io.StringIO(), "xterm", "Plain"),
    ("live", io.StringIO(), "xterm", "Live"),
    ("plain", Terminal(), "xterm", "Plain"),
    ("jsonl", Terminal(), "xterm", "Jsonl"),
    ("ansible", Terminal(), "xterm", "AnsibleLines"),
])
def test_each_output_has_its_reporter_and_auto_looks_at_the_terminal(output, stream, term, kind, monkeypatch):
    monkeypatch.setenv("TERM", term)
    with reporter(output, stream) as made:
        assert type(made).__name__ == kind


@pytest.mark.parametrize("output", OUTPUTS)
def test_all_come_to_the_same_summary(output):
    with reporter(output, io.StringIO(), command=["muster", "run", "site.yml"]) as report:
        for event in small_run():
            report.take(event)
        summary = report.finish()
    assert (summary.exit_code, summary.rerun) == (4, "muster run site.yml --limit web1,db1")


def test_options_reach_the_reporter():
    with reporter("plain", io.StringIO(), verbosity=2, diff=True, check=True) as made:
        assert (made.view.verbosity, made.view.diff, made.view.check) == (2, True, True)
    with reporter("plain", io.StringIO(), context=1) as made:
        assert made.view.context == 1
    with reporter("ansible", io.StringIO(), verbosity=2, diff=True) as made:
        assert (made.verbosity, made.diff) == (2, True)


def test_an_output_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match='there is no output "json"(.|\n)*did you mean "jsonl"'):
        reporter("json", io.StringIO())


@pytest.mark.parametrize("output", ["plain", "jsonl", "ansible"])
def test_rich_is_imported_for_terminals_only(output):
    code = f"import io, sys; from muster.report import reporter; reporter({output!r}, io.StringIO()); " \
           "sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
