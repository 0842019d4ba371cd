import os
from pathlib import Path

import pytest

from muster.errors import LabError
from muster.lab import host as module
from muster.lab.host import Host


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host("a", tmp_path, "debian-1", 0, "debian-12", ("debian",), tmp_path / "image")


def test_a_host_that_was_never_booted_does_not_run(host: Host) -> None:
    assert host.keeper is None
    assert not host.running
    with pytest.raises(LabError, match="host debian-1 of lab a is not running"):
        host.enter_command()


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away needs root")
def test_a_host_is_given_what_makes_it_itself(host: Host) -> None:
    for place in ("etc/ssh", "home/ec2-user/.ssh", "home/ops/.ssh"):
        (host.root / place).mkdir(parents=True)
    host.make_keys()
    host.identify("ssh-ed25519 AAAA\n", "127.0.0.1 localhost\n")
    etc = host.root / "etc"
    assert (etc / "hostname").read_text() == "debian-1\n"
    assert len((etc / "machine-id").read_text().strip()) == 32
    assert (etc / "ssh/ssh_host_ed25519_key").stat().st_mode & 0o777 == 0o600
    keys = host.root / "home/ops/.ssh/authorized_keys"
    assert keys.read_text() == "ssh-ed25519 AAAA\n"
    assert (keys.stat().st_uid, keys.stat().st_mode & 0o777) == (1001, 0o600)


def test_what_a_killed_nspawn_left_is_removed_and_nothing_else(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NSPAWN", tmp_path / "nspawn")
    host.root.mkdir(parents=True)
    root = host.root.stat()
    for directory in ("propagate/muster-a-debian-1", "propagate/muster-a-debian-10", "locks"):
        (tmp_path / "nspawn" / directory).mkdir(parents=True)
    (tmp_path / f"nspawn/locks/inode-{root.st_dev}:{root.st_ino}").touch()
    (tmp_path / "nspawn/locks/inode-1:1").touch()
    host.forget_nspawn()
    left_over = sorted(path.name for path in (tmp_path / "nspawn").glob("*/*"))
    assert left_over == ["inode-1:1", "muster-a-debian-10"]


def test_the_first_process_of_the_machine_is_not_one_of_a_container() -> None:
    assert not module._is_init(os.getpid())
    assert not module._is_init(2**22 + 1)
