import shlex

import pytest

from muster.report.rerun import rerun


@pytest.mark.parametrize(("command", "line"), [
    ("muster run site.yml", "muster run site.yml --limit web3,web7"),
    ("muster run site.yml --limit web -v", "muster run site.yml -v --limit web3,web7"),
    ("muster run site.yml --limit=web:db", "muster run site.yml --limit web3,web7"),
    ("muster run -l web site.yml", "muster run site.yml --limit web3,web7"),
    ("muster run -lweb site.yml --list", "muster run site.yml --list --limit web3,web7"),
    ("muster run -e 'a=b c' 'my site.yml'", "muster run -e 'a=b c' 'my site.yml' --limit web3,web7"),
    ("muster run -C -- -l.yml", "muster run -C --limit web3,web7 -- -l.yml"),
    ("muster run site.yml --limit", "muster run site.yml --limit web3,web7"),
])
def test_the_limit_names_the_hosts_and_replaces_the_one_that_was_there(command, line):
    assert rerun(shlex.split(command), ["web3", "web7"]) == line


def test_names_are_quoted_for_the_shell():
    assert rerun(["muster"], ["a b", "c;d"]) == "muster --limit 'a b,c;d'"


def test_without_hosts_there_is_nothing_to_run_again():
    assert rerun(["muster", "run"], []) == ""
