from types import SimpleNamespace

import pytest

from muster.actions.action import Reconnect
from muster.model import Result
from tests.actions.harness import FakeHere, act, play


@pytest.fixture
def clock(monkeypatch):
    times = [100.0, 112.7]
    monkeypatch.setattr("muster.actions.wait_for_connection.time", SimpleNamespace(monotonic=lambda: times.pop(0)))


def test_it_logs_in_anew_and_tells_how_long_that_took(clock):
    yielded, values = play(act("wait_for_connection"), Result({}))
    assert yielded == [Reconnect(600, 1, 5)]
    assert values == {"changed": False, "elapsed": 12}


def test_it_keeps_to_the_times_it_is_given(clock):
    here = FakeHere()
    yielded, _ = play(act("wait_for_connection", here, timeout=60, delay=10, sleep=3, connect_timeout=2), Result({}))
    assert yielded == [Reconnect(60, 3, 2)] and here.slept == [10]


def test_a_host_that_stays_away_fails(clock):
    _, result = play(act("wait_for_connection"), Result({"failed": True, "msg": "no route to host"}))
    assert result.failed and result.values == {"failed": True, "msg": "no route to host", "elapsed": 12}


def test_check_mode_waits_for_nothing():
    here = FakeHere(check=True)
    yielded, values = play(act("wait_for_connection", here, delay=10))
    assert yielded == [] and values["skipped"] and here.slept == []
