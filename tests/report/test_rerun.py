import shlex

import pytest

from muster.report.rerun import rerun
from muster.secrets import SECRETS


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


@pytest.mark.parametrize(("given", "shown"), [
    ("ansible_become_password=hunter2", "ansible_become_password=********"),
    ("port=80 api_token='a b' user=me", "port=80 api_token=******** user=me"),
    ('{"db_password": "hunter2", "port": 80}', '{"db_password": ********, "port": 80}'),
    ("@secrets.yml", "@secrets.yml"),
    ("ansible_ssh_private_key_file=id", "ansible_ssh_private_key_file=id"),
])
def test_secrets_among_the_extra_variables_are_masked(given, shown):
    assert rerun(["muster", "-e", given], ["web"]) == shlex.join(["muster", "-e", shown, "--limit", "web"])


@pytest.mark.parametrize(("command", "shown"), [
    ("muster -e word=hunter22 -e @hunter22.yml", "muster -e 'word=********' -e '@********.yml'"),
    ("muster -eword=hunter22 --extra-vars=word=hunter22", "muster '-eword=********' '--extra-vars=word=********'"),
    ("muster -epassword=other --output hunter22", "muster '-epassword=********' --output hunter22")])
def test_what_was_decrypted_is_masked_among_them_and_other_arguments_stay(command, shown):
    SECRETS.add("hunter22")
    assert rerun(shlex.split(command), ["web"]) == f"{shown} --limit web"


def test_names_are_quoted_for_the_shell():
    assert rerun(["muster"], ["a b", "c;d"]) == "muster --limit 'a b,c;d'"


def test_without_hosts_there_is_nothing_to_run_again():
    assert rerun(["muster", "run"], []) == ""
