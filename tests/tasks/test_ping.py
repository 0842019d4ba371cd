"""ping answers."""

from tasks.ping import ping
from tests.tasks.harness import perform


def test_it_answers():
    assert perform(ping, {})["ping"] == "pong"
    assert perform(ping, {"data": "hello"})["ping"] == "hello"


def test_it_crashes_when_asked_to():
    assert perform(ping, {"data": "crash"})["failed"]
