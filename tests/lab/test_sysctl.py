from pathlib import Path

import pytest

from muster.lab.sysctl import WANTED, Sysctls

LOW = "fs/inotify/max_user_instances"
HIGH = "fs/inotify/max_user_watches"


@pytest.fixture
def sysctls(tmp_path: Path) -> Sysctls:
    """Limits of which one is too low and one high enough; the others this kernel does not have."""
    for name, value in ((LOW, 128), (HIGH, 10_000_000)):
        path = tmp_path / "proc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{value}\n")
    return Sysctls(tmp_path / "state", tmp_path / "proc")


def value(sysctls: Sysctls, name: str) -> int:
    return int((sysctls.proc / name).read_text())


def test_only_what_is_too_low_is_raised(sysctls: Sysctls) -> None:
    sysctls.raise_for("one")
    assert value(sysctls, LOW) == WANTED[LOW]
    assert value(sysctls, HIGH) == 10_000_000


def test_the_last_lab_puts_the_old_value_back(sysctls: Sysctls) -> None:
    sysctls.raise_for("one")
    sysctls.raise_for("two")
    sysctls.release("one")
    assert value(sysctls, LOW) == WANTED[LOW]
    sysctls.release("two")
    assert value(sysctls, LOW) == 128
    assert not sysctls.ledger.exists()


def test_a_lab_counts_once_however_often_it_is_raised(sysctls: Sysctls) -> None:
    sysctls.raise_for("one")
    sysctls.raise_for("one")
    sysctls.release("one")
    assert value(sysctls, LOW) == 128


def test_a_value_someone_else_set_meanwhile_stays(sysctls: Sysctls) -> None:
    sysctls.raise_for("one")
    (sysctls.proc / LOW).write_text("9999\n")
    sysctls.release("one")
    assert value(sysctls, LOW) == 9999


def test_releasing_what_was_never_raised_does_nothing(sysctls: Sysctls) -> None:
    sysctls.release("one")
    assert value(sysctls, LOW) == 128
