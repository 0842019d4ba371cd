import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.errors import LabError
from muster.lab.process import Process, recorded, start, start_of


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def test_a_process_is_known_by_its_id_and_its_start(sleeper: subprocess.Popen[bytes]) -> None:
    process = Process.of(sleeper.pid)
    assert process.alive
    assert process.started == start_of(sleeper.pid)


def test_a_killed_process_is_not_alive_even_before_it_is_reaped(sleeper: subprocess.Popen[bytes]) -> None:
    process = Process.of(sleeper.pid)
    process.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert not process.alive
    assert sleeper.wait() == -signal.SIGKILL


def test_a_recycled_pid_is_never_killed(sleeper: subprocess.Popen[bytes]) -> None:
    earlier = Process(sleeper.pid, Process.of(sleeper.pid).started - 1)
    assert not earlier.alive
    earlier.kill()
    assert sleeper.poll() is None


def test_killing_what_is_gone_does_nothing(sleeper: subprocess.Popen[bytes]) -> None:
    process = Process.of(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    process.kill()
    with pytest.raises(LabError, match=f"process {sleeper.pid} ended"):
        Process.of(sleeper.pid)


def test_a_name_with_parentheses_and_spaces_is_read_past(tmp_path: Path) -> None:
    odd = tmp_path / "a) R (b"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([str(odd), "60"]) as child:
        assert Process.of(child.pid).started > 0
        child.kill()


def test_a_started_program_goes_on_and_is_recorded(tmp_path: Path) -> None:
    process = start(["sh", "-c", "echo $WORD; exec sleep 60"], tmp_path / "log", tmp_path / "record", {"WORD": "hello"})
    try:
        assert recorded(tmp_path / "record") == process
        deadline = time.monotonic() + 10
        while (tmp_path / "log").read_text() != "hello\n":
            assert time.monotonic() < deadline
            time.sleep(0.005)
        assert process.alive
        assert os.getsid(process.pid) == process.pid
    finally:
        process.kill()


@pytest.mark.parametrize("content", ["", "12", "one two", "1 2 3"])
def test_a_damaged_record_names_no_process(tmp_path: Path, content: str) -> None:
    (tmp_path / "record").write_text(content)
    assert recorded(tmp_path / "record") is None
    assert recorded(tmp_path / "missing") is None
