"""`muster config`: what is configured, and where."""

import json
import re

import pytest

from muster.cli import main
from muster.config.table import SETTINGS

FILE = """
[defaults]
forks = 3
roles_path = a:b
module_utils = modules
nocows = yes
[privilege_escalation]
become = yes
[sudo_become_plugin]
password = hunter2
"""


@pytest.fixture
def show(tmp_path, monkeypatch, capsys):
    """Return a function that gives what the command prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANSIBLE_TIMEOUT", "4")
    (tmp_path / "ansible.cfg").write_text(FILE)

    def show(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["config", *arguments])
        assert end.value.code == 0
        return capsys.readouterr().out.replace(str(tmp_path), "HERE")

    return show


def test_every_setting_is_shown_with_its_value_and_source(show):
    rows = [line.split() for line in show().partition("without effect")[0].splitlines() if line.startswith("  ")]
    assert [row[0] for row in rows] == [each.word for each in SETTINGS]
    found = {row[0]: row[1:] for row in rows}
    assert found["forks"] == ["3", "HERE/ansible.cfg:3:9"]
    assert found["timeout"] == ["4", "ANSIBLE_TIMEOUT"]
    assert found["become"] == ["yes", "HERE/ansible.cfg:8:10"]
    assert found["gathering"] == ["implicit", "default"]
    assert found["ssh_args"] == ["default"]


def test_what_was_set_can_be_shown_alone_and_what_has_no_effect_is_shown_with_why(show):
    printed = show("--changed")
    assert printed == show("--only-changed")
    assert [re.split(r"\s{2,}", line.strip()) for line in printed.splitlines()] == [
        ["file: HERE/ansible.cfg"],
        [""],
        ["roles_path", "HERE/a, HERE/b", "HERE/ansible.cfg:4:14"],
        ["timeout", "4", "ANSIBLE_TIMEOUT"],
        ["become", "yes", "HERE/ansible.cfg:8:10"],
        ["become_password", "(hidden)", "HERE/ansible.cfg:10:12"],
        ["forks", "3", "HERE/ansible.cfg:3:9"],
        [""],
        ["without effect here:"],
        ["module_utils", "HERE/ansible.cfg:5:16",
         "muster runs no modules of Ansible's; task types of your own are in tasks/ beside the playbook"],
        ["nocows", "HERE/ansible.cfg:6:10", "muster has no cows"],
    ]


def test_columns_are_aligned(show):
    places = {line.index("HERE/ansible.cfg:") for line in show("--changed").splitlines() if "ansible.cfg:8" in line
              or "ansible.cfg:3" in line}
    assert len(places) == 1


def test_machines_are_told_in_json(show):
    found = json.loads(show("--json"))
    assert found["file"] == "HERE/ansible.cfg"
    assert found["settings"]["forks"] == {"value": 3, "source": "HERE/ansible.cfg:3:9",
                                          "for": "hosts at the same time (-f)"}
    assert found["settings"]["roles_path"]["value"] == ["HERE/a", "HERE/b"]
    assert [each["name"] for each in found["unused"]] == ["module_utils", "nocows"]


@pytest.mark.parametrize("arguments", [(), ("--changed",), ("--json",)])
def test_a_password_is_not_shown(show, arguments):
    printed = show(*arguments)
    assert "(hidden)" in printed
    assert "hunter2" not in printed
