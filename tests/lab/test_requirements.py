import os
import shutil
from pathlib import Path

import pytest

from muster.lab import requirements
from muster.lab.requirements import reason_against


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has everything."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(requirements, "missing_packages", list)
    monkeypatch.setattr(requirements, "_has_overlay", lambda: True)
    monkeypatch.setattr(requirements, "_has_tun", lambda: True)
    monkeypatch.setattr(requirements, "hierarchies", lambda: [Path("/sys/fs/cgroup")])


@pytest.mark.usefixtures("able")
def test_a_machine_that_has_everything_gives_no_reason() -> None:
    assert reason_against(delayed=True) == ""


@pytest.mark.usefixtures("able")
def test_others_than_root_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert reason_against() == "the lab needs root: it makes namespaces, mounts and control groups (try sudo)"


@pytest.mark.usefixtures("able")
def test_missing_packages_are_named_together_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "missing_packages", lambda: ["mmdebstrap", "rpm"])
    assert reason_against() == "the lab needs mmdebstrap, rpm, missing here: apt-get install mmdebstrap rpm"


@pytest.mark.usefixtures("able")
def test_a_device_is_asked_for_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "_has_tun", lambda: False)
    assert reason_against() == ""
    assert reason_against(delayed=True).startswith("--rtt needs /dev/net/tun")


@pytest.mark.usefixtures("able")
@pytest.mark.parametrize(
    ("name", "value", "word"), [("_has_overlay", False, "overlayfs"), ("hierarchies", [], "control groups")]
)
def test_what_the_kernel_lacks_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: object, word: str) -> None:
    monkeypatch.setattr(requirements, name, lambda: value)
    assert word in reason_against()


def test_each_package_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_args, **_options: None)
    missing = requirements.missing_packages()
    assert missing == sorted(set(missing))
    assert {"rpm", "mmdebstrap", "systemd-container"} <= set(missing)
