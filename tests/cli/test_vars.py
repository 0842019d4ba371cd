"""`muster vars`: what the variables of a host are, and where each value comes from."""

import re

import pytest

from muster.cli import main
from muster.cli.vault import as_yaml
from muster.secrets import MASK
from muster.vault.envelope import seal

FILES = {
    "hosts": "[web]\nweb1 rack=5\nweb2\n[web:vars]\nport=80\n",
    "group_vars/web.yml": 'port: 81\nurl: "http://{{ inventory_hostname }}:{{ port }}"\n'
                          'needs: "{{ ansible_distribution }}"\n',
    "host_vars/web1.yml": "port: 8080\nusers:\n- {name: bob}\nnotes: \"one\\ntwo\"\n",
    "roles/web/defaults/main.yml": "port: 1\n",
    "roles/web/vars/main.yml": "version: 2\n",
    "roles/web/tasks/main.yml": "- debug:\n",
    "site.yml": """
- hosts: web
  vars: {port: "{{ base + 1 }}", base: 9000}
  roles: [web]
  tasks: [{debug: , vars: {own: 1}}]
- name: second
  hosts: web1
  tasks: []
""",
}


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Return a function that runs `muster vars` in a project and returns its exit code and lines."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["vars", "-i", "hosts", *arguments])
        captured = capsys.readouterr()
        return ended.value.code, (captured.out + captured.err).splitlines()

    return run


def test_the_inventory_may_be_configured(told, monkeypatch, capsys):
    monkeypatch.setenv("ANSIBLE_INVENTORY", "hosts")
    with pytest.raises(SystemExit):
        main(["vars", "web1", "rack"])
    assert capsys.readouterr().out.startswith("rack: 5\n")


def test_all_variables_with_value_and_place(told):
    assert told("web1") == (0, [
        "needs  {{ ansible_distribution }}  group_vars/web.yml:3:8",
        'notes  "one\\ntwo"                  host_vars/web1.yml:4:8',
        "port   8080                        host_vars/web1.yml:1:7",
        "rack   5                           hosts:2:11",
        "url    http://web1:8080            group_vars/web.yml:2:6",
        'users  [{"name": "bob"}]           host_vars/web1.yml:3:1',
    ])


def test_one_variable_with_every_place_that_has_a_value_for_it(told):
    assert told("web1", "port") == (0, [
        "port: 8080", "",
        "  counts  inventory host_vars/*      8080  host_vars/web1.yml:1:7",
        "  beaten  inventory group_vars/*     81    group_vars/web.yml:1:7",
        "  beaten  inventory file group vars  80    hosts:5:6",
    ])


def test_a_playbook_adds_what_its_plays_and_roles_say(told):
    code, lines = told("web1", "port", "-p", "site.yml", "-e", "port=3")
    assert code == 0
    assert [line.split()[:3] for line in lines if line.startswith("  ")] == [
        ["counts", "-e", "3"], ["beaten", "play", "vars"], ["beaten", "inventory", "host_vars/*"],
        ["beaten", "inventory", "group_vars/*"], ["beaten", "inventory", "file"], ["beaten", "role", "defaults"],
        ["counts", "-e", "3"], ["beaten", "inventory", "host_vars/*"], ["beaten", "inventory", "group_vars/*"],
        ["beaten", "inventory", "file"]]
    assert [line for line in lines if line in ("web", "second")] == ["web", "second"]
    code, lines = told("web2", "-p", "site.yml")
    assert "port     9001                        site.yml:3:16" in lines
    assert "version  2                           roles/web/vars/main.yml:1:10" in lines
    assert not any(line.startswith("own") for line in lines)


@pytest.mark.parametrize(("arguments", "words"), [
    (["web3"], 'error: the inventory has no host "web3"\ndid you mean "web2"?'),
    (["web1", "prot"], 'error: no variable is called "prot"\ndid you mean "port"?'),
])
def test_what_is_not_there_is_told_with_the_nearest_spelling(told, arguments, words):
    assert told(*arguments) == (1, words.splitlines())


def test_a_host_that_no_play_is_for_is_told(told, tmp_path):
    (tmp_path / "db.yml").write_text("- {hosts: web1, gather_facts: false}\n")
    assert told("web2", "-p", "db.yml") == (1, ["error: no play of db.yml is for web2"])


def test_names_that_a_run_makes_up_are_said_to_be_such(told):
    assert told("web1", "group_names") == (0, ['group_names is made up by every run: ["web"]'])


def test_what_is_encrypted_is_masked_and_told_from_what_no_password_opens(told, tmp_path):
    (tmp_path / "pass").write_text("pass")
    for name, password in (("mine", b"pass"), ("lost", b"other")):
        with open(tmp_path / "host_vars/web2.yml", "a") as file:
            file.write(as_yaml(name, seal(b"hunter22", password)) + f"uses_{name}: 'with {{{{ {name} }}}}'\n")
    code, lines = told("web2", "--vault-password-file", "pass")
    assert code == 0
    shown = {name: value for name, value, *_ in (re.split(r"\s{2,}", line) for line in lines)}
    assert (shown["mine"], shown["uses_mine"]) == (MASK, f"with {MASK}")
    assert (shown["lost"], shown["uses_lost"]) == ('"(an encrypted value)"', "with {{ lost }}")
    assert "hunter22" not in "".join(lines)
    assert told("web2", "mine", "--vault-password-file", "pass")[1][0] == f"mine: {MASK}"
