"""Tasks with `async`: jobs, their files, and what is told of them."""

import os
import stat
import time

import pytest

from muster.target import jobs
from muster.target.task import Failure
from muster.target.wire import dumps


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ANSIBLE_ASYNC_DIR", str(tmp_path / "jobs"))
    return tmp_path / "jobs"


def result(**values):
    return lambda: ({"changed": False, **values}, [["what", None, None]])


def ended(number, seconds=10):
    """Return what a job has come to, having waited for it."""
    deadline = time.monotonic() + seconds
    while not (values := jobs.look(number))["finished"]:
        assert time.monotonic() < deadline, values
        time.sleep(0.02)
    return values


def test_one_that_is_waited_for_has_its_own_result_and_leaves_no_file(folder):
    values, changes = jobs.carry_out(False, result(rc=0))
    assert values.pop("ansible_job_id").startswith("j")
    assert values == {"changed": False, "rc": 0, "started": True, "finished": True}
    assert changes == [["what", None, None]]
    assert not folder.exists()


def test_a_job_says_where_its_result_will_be_and_goes_on_by_itself(folder, tmp_path):
    gate = tmp_path / "gate"

    def work():
        while not gate.exists():
            time.sleep(0.01)
        return {"changed": True, "rc": 3, "failed": True, "session": os.getsid(0)}, []

    values, changes = jobs.carry_out(True, work)
    assert (values["started"], values["finished"], values["changed"], changes) == (True, False, True, [])
    number = values["ansible_job_id"]
    assert values["results_file"] == str(folder / number)
    assert jobs.look(number) == {each: value for each, value in values.items() if each != "changed"}
    gate.touch()
    told = ended(number)
    assert (told["rc"], told["failed"], told["started"]) == (3, True, True)
    assert told["session"] != os.getsid(0)
    assert stat.S_IMODE((folder / number).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_job_that_was_killed_is_told_from_one_that_goes_on():
    def work():
        time.sleep(30)

    number = jobs.carry_out(True, work)[0]["ansible_job_id"]
    path = jobs.path_of(number)
    deadline = time.monotonic() + 10
    while "process" not in jobs.read(path, number) and time.monotonic() < deadline:
        time.sleep(0.01)
    pid, _ = jobs.read(path, number)["process"]
    os.kill(pid, 9)
    while jobs.begun(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(Failure, match="has not come to its end") as failure:
        jobs.look(number)
    assert failure.value.fields["finished"] is True


def test_cleaning_up_removes_the_file_and_at_last_the_directory(folder):
    numbers = [jobs.carry_out(True, result())[0]["ansible_job_id"] for _ in range(2)]
    for number in numbers:
        ended(number)
    assert jobs.clean_up(numbers[0]) == str(folder / numbers[0])
    assert [each.name for each in folder.iterdir()] == [numbers[1]]
    jobs.clean_up(numbers[1])
    assert not folder.exists()
    jobs.clean_up(numbers[1])
    with pytest.raises(Failure, match="there is no job"):
        jobs.look(numbers[1])


@pytest.mark.parametrize("number", ["../../etc/passwd", "", "j1", "j1.2/x", "1.2"])
def test_what_is_no_number_of_a_job_is_refused(number):
    with pytest.raises(Failure, match="no number of a job"):
        jobs.look(number)


def test_files_that_nobody_asked_for_go_when_the_next_job_begins(folder):
    folder.mkdir()
    old, other = folder / "j1.2", folder / "notes"
    for each in (old, other):
        each.write_text(dumps({}))
        os.utime(each, (0, 0))
    ended(jobs.carry_out(True, result())[0]["ansible_job_id"])
    assert not old.exists() and other.exists()
