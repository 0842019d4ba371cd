"""async_status, on this machine: jobs themselves are tested where they are made."""

import time

import pytest

from muster.target import jobs
from tasks.async_status import async_status
from tests.tasks.harness import perform


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ANSIBLE_ASYNC_DIR", str(tmp_path / "jobs"))


def test_it_tells_what_a_job_has_come_to_and_removes_its_file():
    begun, _ = jobs.carry_out(True, lambda: ({"changed": True, "rc": 0, "stdout": "hello"}, []))
    jid, deadline = begun["ansible_job_id"], time.monotonic() + 10
    while not (told := perform(async_status, {"jid": jid}))["finished"]:
        assert (told["changed"], told["stdout"], told["started"]) == (False, "", True)
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (told["changed"], told["stdout"], told["rc"], told["ansible_job_id"]) == (True, "hello", 0, jid)
    cleaned = perform(async_status, {"jid": jid, "mode": "cleanup"})
    assert (cleaned["erased"], cleaned["finished"], cleaned["changed"]) == (begun["results_file"], False, False)
    assert f"there is no job {jid}" in perform(async_status, {"jid": jid})["msg"]
