import pytest

from muster.connect.become import Become
from muster.connect.destination import Defaults
from muster.connect.ssh_config import SshConfig
from muster.stream.hands import Hands
from muster.stream.way import Way
from tests.stream.play import FakeConnections

ROOT = Become("root", None, "")


@pytest.fixture
def hands():
    return Hands("a", FakeConnections({}), Defaults(), SshConfig())


def way(host="a", become=None, **variables):
    return Way(host, variables.get, become)


def test_a_session_is_opened_once_for_each_user(hands):
    one = hands.session(way())
    assert hands.session(way()) is one
    assert hands.session(way(become=ROOT)) is not one
    assert hands.known(way(become=ROOT)) is hands.connections.sessions[1]


def test_another_login_or_another_place_is_another_session(hands):
    one = hands.session(way())
    assert hands.known(way(ansible_user="other")) is None
    assert hands.session(way(ansible_connection="local")) is not one
    assert hands.destination(way(ansible_connection="local")).local


def test_a_session_that_was_closed_is_opened_anew(hands):
    one = hands.session(way())
    one.close()
    assert hands.known(way()) is None
    assert hands.session(way()) is not one


def test_a_reset_ends_sessions_and_login(hands):
    one, two = hands.session(way()), hands.session(way(become=ROOT))
    other = hands.session(way("b"))
    hands.reset(way(), timeout=3.5)
    assert one.closed and two.closed and not other.closed
    assert hands.connections.forgotten == ["a"]
    assert hands.destination(way()).timeout == 3.5


def test_in_the_end_all_are_closed(hands):
    sessions = [hands.session(way(host)) for host in "ab"]
    hands.close()
    assert all(session.closed for session in sessions)
    assert not hands.sessions
