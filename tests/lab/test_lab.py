import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.lab import lab as command
from muster.errors import LabError
from muster.lab import lab as module
from muster.lab.image import named
from muster.lab.lab import DEFAULT_HOSTS, DEFAULT_IMAGES, DEFAULT_NAME, Lab, _hosts_file, _members, _mounts_below
from muster.lab.record import Record


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "STATE", tmp_path / "muster" / "lab")
    return tmp_path / "muster" / "lab"


@pytest.mark.parametrize("name", ["", "Lab", "1st", "a.b", "a/b", "../a", "a b", "a" * 31])
def test_a_name_that_could_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(LabError, match="cannot name a lab"):
        Lab(name)


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda lab: lab.up(hosts=0), "between 1 and 1000 hosts, not 0"),
        (lambda lab: lab.up(images=["debain-12"]), 'did you mean "debian-12"'),
        (lambda lab: lab.up(images=[]), "at least one image"),
        (lambda lab: lab.up(rtt_ms=-1), "between 0 and 60000 ms, not -1"),
        (lambda lab: lab.up(rtt_ms=float("nan")), "not nan"),
    ],
)
@pytest.mark.usefixtures("state")
def test_what_cannot_be_is_refused_before_anything_is_made(ask: Callable[[Lab], Lab], answer: str) -> None:
    with pytest.raises(LabError, match=answer):
        ask(Lab("a"))


@pytest.mark.usefixtures("state")
def test_a_machine_that_cannot_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "reason_against", lambda delayed: f"no, delayed is {delayed}")
    with pytest.raises(LabError, match="no, delayed is True"):
        Lab("a").up(rtt_ms=5)


@pytest.mark.usefixtures("state")
def test_others_than_root_cannot_take_it_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabError, match="the lab needs root"):
        Lab("a").down()


@pytest.mark.usefixtures("state")
def test_asking_a_lab_that_is_not_up_says_how_to_start_it() -> None:
    with pytest.raises(LabError, match=r'lab "a" is not up: start it with `muster lab up --name a`'):
        _ = Lab("a").hosts
    with pytest.raises(LabError, match=r"`muster lab up`$"):
        _ = Lab().hosts


def test_hosts_are_spread_over_the_images_evenly() -> None:
    members = _members(5, [named("debian-12"), named("amazon")])
    assert [member.name for member in members] == ["debian-1", "amazon-1", "debian-2", "amazon-2", "debian-3"]


def test_hosts_are_in_the_group_of_their_family_and_of_their_image() -> None:
    members = _members(2, [named("ubuntu-18.04"), named("amazon")])
    assert [member.groups for member in members] == [("ubuntu", "ubuntu_18_04"), ("amazon",)]


def test_a_host_nobody_has_is_answered_with_those_there_are(state: Path) -> None:
    (state / "a").mkdir(parents=True)
    Record(tuple(_members(2, [named("debian-12")])), 0).write(state / "a" / "lab.json")
    lab = Lab("a")
    assert lab.host("debian-2").address == "10.213.0.12"
    with pytest.raises(LabError, match='lab "a" has no host "debian-3": it has debian-1, debian-2'):
        lab.host("debian-3")
    assert "10.213.0.12 debian-2\n" in _hosts_file(lab.hosts)


def test_only_what_is_mounted_below_counts() -> None:
    assert _mounts_below(Path("/proc/nothing")) == []
    assert str(Path("/proc")) not in _mounts_below(Path("/proc"))


def test_the_command_has_the_defaults_of_the_lab() -> None:
    defaults = {option.name: option.default for option in command.commands["up"].params}
    assert (defaults["name"], defaults["hosts"], defaults["images"]) == (DEFAULT_NAME, DEFAULT_HOSTS, DEFAULT_IMAGES)


@pytest.mark.usefixtures("state")
def test_the_state_of_no_lab_is_told_in_a_sentence() -> None:
    done = CliRunner().invoke(command, ["status", "--name", "a"])
    assert (done.exit_code, done.output) == (0, 'Lab "a" is not up.\n')


@pytest.mark.parametrize("argv", [["ssh", "debian-1"], ["inventory"]])
@pytest.mark.usefixtures("state")
def test_a_command_that_needs_a_lab_says_so(argv: list[str]) -> None:
    assert isinstance(CliRunner().invoke(command, argv).exception, LabError)
