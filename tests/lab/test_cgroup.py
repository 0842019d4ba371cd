import os
import subprocess
from pathlib import Path

import pytest

from muster.lab import cgroup
from muster.lab.cgroup import Cgroup, hierarchies


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two hierarchies that are only directories: enough to see what is written where."""
    roots = [tmp_path / "systemd", tmp_path / "unified"]
    monkeypatch.setattr(cgroup, "hierarchies", lambda: roots)
    return tmp_path


def test_a_group_is_made_in_every_hierarchy(plain: Path) -> None:
    (Cgroup("muster-a") / "debian-1").make()
    assert (plain / "systemd/muster-a/debian-1").is_dir()
    assert (plain / "unified/muster-a/debian-1").is_dir()


@pytest.mark.usefixtures("plain")
def test_a_program_enters_its_groups_before_it_starts() -> None:
    group = Cgroup("muster-a")
    group.make()
    printed = subprocess.run([*group.enter_command(), "echo", "a b"], capture_output=True, text=True, check=True).stdout
    assert printed == "a b\n"
    assert [(directory / "cgroup.procs").read_text() for directory in group.directories] == ["0\n", "0\n"]


def test_processes_of_groups_below_are_found(plain: Path) -> None:
    group = Cgroup("muster-a")
    (group / "debian-1").make()
    assert not group.populated
    (plain / "unified/muster-a/debian-1/cgroup.procs").write_text("11\n12\n")
    assert list(group.pids()) == [11, 12]
    assert group.populated


@pytest.mark.usefixtures("plain")
def test_what_is_not_there_is_empty_and_ends_quietly() -> None:
    Cgroup("muster-a").end()


def test_a_process_that_only_shares_a_prefix_is_not_held() -> None:
    own = [line.split(":", 2)[2].strip("/") for line in Path("/proc/self/cgroup").read_text().splitlines()]
    longest = max(own, key=len)
    if not longest:
        pytest.skip("this process is in the root of every hierarchy")
    assert Cgroup(longest)._holds(os.getpid())
    assert not Cgroup(longest[:-1])._holds(os.getpid())


def test_hierarchies_are_read_from_the_mounts() -> None:
    for root in hierarchies():
        assert (root / "cgroup.procs").exists()
