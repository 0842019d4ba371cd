"""The law of sending ahead on real hosts: over SSH, and where the far side becomes another user."""

from __future__ import annotations

from pathlib import Path

import pytest

from muster.lab.lab import Lab
from tests.runs.harness import carry_out

pytestmark = pytest.mark.live

SWITCHES = """
- hosts: all
  tasks:
    - {name: as login, command: id -un, register: login}
    - {name: as root, command: id -un, become: true, register: root}
    - block:
        - {name: as nobody, command: id -un, register: nobody}
        - {name: as root again, command: id -un, become_user: root, register: again}
        - {name: not at all, command: id -un, become: false, register: back}
      become: true
      become_user: nobody
    - name: seen
      assert:
        that:
          - login.stdout == ansible_user and back.stdout == ansible_user
          - root.stdout == 'root' and again.stdout == 'root'
          - nobody.stdout == 'nobody'
    - block:
        - {name: boom, shell: sleep 0.1; exit 1, become: true}
        - {name: lost, command: touch /tmp/lost}
        - {name: lost too, command: touch /tmp/lost, become: true}
      rescue:
        - {name: look, stat: {path: /tmp/lost}, register: lost}
        - {name: not there, assert: {that: not lost.stat.exists}}
      always:
        - {name: facts, assert: {that: "ansible_facts.system == 'Linux'"}}
    - {name: no such user, command: id -un, become: true, become_user: nobody_here, ignore_errors: true}
    - {name: on another, command: hostname, delegate_to: "{{ groups.all[0] }}", register: name}
    - {name: its name, assert: {that: "name.stdout.startswith(groups.all[0])"}}
"""


def test_users_are_switched_between_tasks_as_if_they_ran_one_by_one(fleet: Lab, tmp_path: Path) -> None:
    case = {"playbook": SWITCHES}
    ahead = carry_out(case, tmp_path / "ahead", hosts=fleet.inventory_path)
    steps = carry_out(case, tmp_path / "steps", step_by_step=True, hosts=fleet.inventory_path)
    assert ahead.events == steps.events
    assert ahead.values == steps.values
    wanted = ["ok Gathering Facts", "changed as login", "changed as root", "changed as nobody", "changed as root again",
              "changed not at all", "ok seen", "failed boom", "rescued", "ok look", "ok not there", "ok facts",
              "ignored no such user", "changed on another", "ok its name"]
    assert ahead.events == {host.name: wanted for host in fleet.hosts}
