"""Who holds a lock, with real locks."""

import fcntl
import os
import subprocess
import sys

import pytest

from muster.target import holders
from muster.target.system import Outcome
from muster.target.task import Failure, context

HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def locker(tmp_path):
    """A process that holds a lock, and the path of the lock."""
    path = str(tmp_path / "lock")
    process = subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process, path
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_process_that_holds_a_lock_is_found(locker):
    process, path = locker
    assert holders.of_files([path]) == process.pid


def test_a_lock_of_our_own_is_not_somebody_elses(tmp_path):
    with open(tmp_path / "lock", "w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        assert holders.of_files([str(tmp_path / "lock")]) is None


def test_an_open_file_that_nobody_locked_has_no_holder(tmp_path):
    with open(tmp_path / "free", "w"):
        assert holders.of_files([str(tmp_path / "free")]) is None


def test_a_pid_file_counts_while_its_process_lives(tmp_path):
    path = tmp_path / "lock.pid"
    assert holders.of_pid_files([str(path)]) is None
    path.write_text(str(os.getpid()))
    assert holders.of_pid_files([str(path)]) == os.getpid()
    path.write_text("999999999")
    assert holders.of_pid_files([str(path)]) is None
    path.write_text("nonsense")
    assert holders.of_pid_files([str(path)]) is None


def test_a_process_is_described_by_its_command_line(locker):
    process, _ = locker
    assert holders.describe(process.pid).startswith("process %d (%s -c " % (process.pid, sys.executable))
    assert holders.describe(None) == "another process"


def test_a_command_line_is_told_on_one_line_and_cut():
    argv = [sys.executable, "-c", "print(flush=True)\ninput()", "x" * 200]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        words = holders.describe(process.pid)
        process.communicate(b"\n")
    assert "-c print(flush=True) input() xxx" in words and words.endswith("x...)")
    assert len(words) == len("process %d ()" % process.pid) + holders.LONGEST


def test_waiting_ends_when_the_lock_is_free(locker, monkeypatch):
    process, path = locker
    said = []

    def output(text):
        said.append(text)
        process.kill()
        process.wait()

    monkeypatch.setattr(holders, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(context, "output", output)
    outcome = holders.wait_while_locked(
        lambda: Outcome(["apt-get"]), lambda: holders.of_files([path]), lambda outcome: False, 5
    )
    assert outcome.ok
    assert len(said) == 1 and "waiting up to 5 seconds for process %d" % process.pid in said[0]


def test_waiting_is_said_once_and_then_let_out(locker, monkeypatch):
    process, _ = locker
    said = []
    monkeypatch.setattr(holders, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(context, "output", said.append)
    with pytest.raises(Failure):
        holders.wait_while_locked(lambda: pytest.fail("started"), lambda: process.pid, lambda outcome: False, 0.05)
    assert "waiting up to 0 seconds" in said[0] and set(said[1:]) == {""}


def test_waiting_in_vain_names_the_holder_and_starts_nothing(locker, monkeypatch):
    process, path = locker
    monkeypatch.setattr(holders, "POLL_SECONDS", 0.01)
    with pytest.raises(Failure) as failed:
        holders.wait_while_locked(
            lambda: pytest.fail("started"), lambda: holders.of_files([path]), lambda outcome: False, 0.03
        )
    assert str(process.pid) in failed.value.message and "lock_timeout" in failed.value.message
