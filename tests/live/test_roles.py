"""Roles in the manner of those that people publish converge on both families of systems: a second run changes nothing.

`roles/` holds them: hardening of the system, time, containers, a web server, accounts with a firewall.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from muster.lab.lab import Lab
from tests.live.playing import Played, Player

pytestmark = pytest.mark.live

ROLES = Path(__file__).parent / "roles"
HOSTS = ["debian-1", "amazon-1"]


@pytest.fixture
def player(fleet: Lab, tmp_path: Path) -> Player:
    return Player(fleet, tmp_path)


def play(player: Player, role: str, *options: str) -> Played:
    return player.play([{"import_role": {"name": str(ROLES / role)}}], HOSTS, *options,
                       play={"gather_facts": True, "become": True})


def outcomes(done: Played, *statuses: str) -> list[tuple[str, str, str]]:
    return [(each["host"], each["task"], each["result"].get("msg", "")) for each in done.events
            if each["event"] == "task_ended" and each["status"] in statuses]


@pytest.mark.parametrize("role", sorted(each.name for each in ROLES.iterdir()))
def test_a_second_run_changes_nothing(player: Player, role: str) -> None:
    first = play(player, role)
    assert first.exit_code == 0, first.said + str(outcomes(first, "failed", "unreachable"))
    assert {host for host, _, _ in outcomes(first, "changed")} == set(HOSTS)
    again = play(player, role)
    assert again.exit_code == 0, again.said
    assert outcomes(again, "changed") == []
    foretold = play(player, role, "--check")
    assert foretold.exit_code == 0 and outcomes(foretold, "changed") == []
