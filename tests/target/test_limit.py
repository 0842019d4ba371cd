"""Limits on how long a task may take. The alarm is the main thread's, which is where these tests run."""

import os
import signal
import threading
import time

import pytest

from muster.target import limit
from muster.target.agent import carry_out
from muster.target.limit import Limit, descendants
from muster.target.process import Process
from muster.target.system import run
from muster.target.task import Change, Failure, TimedOut, context, task


@pytest.fixture(autouse=True)
def fresh_context():
    yield
    context.__dict__.clear()
    context.__init__()


@task
def command(argv):
    yield Change("first", lambda: None)
    yield run(*argv)


@task
def unbroken():
    def transaction():
        context.unbroken = True
        time.sleep(0.2)
        context.unbroken = False

    yield Change("transaction", transaction)


@task
def stubborn():
    """Go on after whatever goes wrong, as a careless task type does."""
    for _ in range(100):
        try:
            time.sleep(0.1)
        except Exception:
            continue
    return {"got": "through"}


def test_a_task_within_its_limit_knows_nothing_of_it():
    values, changes = carry_out(command, {"argv": ["true"]}, limit=20)
    assert values == {"changed": True}
    assert [what for what, *_ in changes] == ["first", "true"]
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_task_over_its_limit_fails_with_what_it_had_changed_and_its_command_is_ended():
    number = f"86{os.getpid()}"
    values, changes = carry_out(command, {"argv": ["sleep", number]}, limit=0.2)
    assert values["failed"] and values["timedout"] == {"period": 0.2}
    assert "longer than the 0.2 s" in values["msg"]
    assert [what for what, *_ in changes] == ["first"]
    assert not running(number)


def running(word):
    """Tell whether a process has this word on its command line."""
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/cmdline") as file:
                if word in file.read().split("\0"):
                    return True
        except OSError:
            continue
    return False


def test_a_task_type_that_goes_on_after_failures_ends_all_the_same():
    values, _ = carry_out(stubborn, {}, limit=0.1)
    assert values["timedout"] == {"period": 0.1}


def test_a_command_that_does_not_listen_is_killed():
    process = Process(["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"])
    assert os.read(process.printed, 10) == b"ready\n"
    process.end()
    with pytest.raises(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    os.close(process.printed)
    os.close(process.told)


def test_what_a_command_leaves_behind_in_its_group_is_ended_too():
    script = "(trap '' TERM; echo ready; exec sleep 86400) & wait"
    process = Process(["sh", "-c", script])
    assert os.read(process.printed, 10) == b"ready\n"
    process.end()
    os.set_blocking(process.printed, True)
    assert os.read(process.printed, 10) == b""  # Nobody is left who could print.
    os.close(process.printed)
    os.close(process.told)


@pytest.fixture
def package_manager(tmp_path):
    """A program called apt-get that takes a while and leaves a file when it is through."""
    path = tmp_path / "apt-get"
    path.write_text(f"#!/bin/sh\nsleep 0.6\ntouch {tmp_path}/through\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("argv", [["{}"], ["sh", "-c", "{}; true"]])
def test_a_package_manager_comes_to_its_end(argv, package_manager, tmp_path):
    process = Process([word.format(package_manager) for word in argv])
    deadline = time.monotonic() + 20
    while "apt-get" not in descendants(os.getpid()) and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(TimedOut), Limit(0.05):
        process.talk()
    process.wait()
    assert (tmp_path / "through").exists()


def test_a_task_that_was_let_come_to_its_end_has_failed_with_all_it_has_changed():
    values, changes = carry_out(unbroken, {}, limit=0.05)
    assert values["failed"] and values["timedout"] == {"period": 0.05}
    assert [what for what, *_ in changes] == ["transaction"]


def test_what_must_not_be_broken_off_is_let_come_to_its_end():
    with pytest.raises(TimedOut), Limit(0.05):
        context.unbroken = True
        time.sleep(0.3)
        done = True
        context.unbroken = False
    assert done


def test_a_failure_within_what_could_not_be_broken_off_is_the_failure_of_the_task():
    with pytest.raises(Failure), Limit(0.05):
        context.unbroken = True
        time.sleep(0.1)
        raise Failure("it went wrong")


def test_descendants_are_all_that_came_of_a_process():
    process = Process(["sh", "-c", "sleep 5 & wait"])
    deadline = time.monotonic() + 5
    while "sleep" not in descendants(os.getpid()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert {"sh", "sleep"} <= descendants(os.getpid())
    assert descendants(process.pid) == {"sleep"}
    process.end()
    os.close(process.printed)
    os.close(process.told)


def test_the_names_are_as_the_kernel_cuts_them():
    assert all(len(name) < 16 for name in limit.PACKAGE_MANAGERS)
    assert threading.current_thread() is threading.main_thread()
