import pytest

from muster.connect.destination import Defaults
from muster.connect.ssh_config import SshConfig
from muster.connect.start import Become
from muster.stream.hands import Hands
from tests.stream.play import FakeConnections

ROOT = Become("root", None, "")


@pytest.fixture
def hands():
    return Hands("a", FakeConnections({}), Defaults(), SshConfig())


def variables(**given):
    return lambda name: given.get(f"{name}")


def test_a_session_is_opened_once_for_each_user(hands):
    one = hands.session("a", Become(), variables())
    assert hands.session("a", Become(), variables()) is one
    assert hands.session("a", ROOT, variables()) is not one
    assert hands.known("a", ROOT, variables()) is hands.connections.sessions[1]


def test_another_login_or_another_place_is_another_session(hands):
    one = hands.session("a", Become(), variables())
    assert hands.known("a", Become(), variables(ansible_user="other")) is None
    assert hands.session("a", Become(), variables(ansible_connection="local")) is not one
    assert hands.destination("a", variables(ansible_connection="local")).local


def test_a_session_that_was_closed_is_opened_anew(hands):
    one = hands.session("a", Become(), variables())
    one.close()
    assert hands.known("a", Become(), variables()) is None
    assert hands.session("a", Become(), variables()) is not one


def test_a_reset_ends_sessions_and_login(hands):
    one, two = hands.session("a", Become(), variables()), hands.session("a", ROOT, variables())
    other = hands.session("b", Become(), variables())
    hands.reset("a", variables(), timeout=3.5)
    assert one.closed and two.closed and not other.closed
    assert hands.connections.forgotten == ["a"]
    assert hands.destination("a", variables()).timeout == 3.5


def test_in_the_end_all_are_closed(hands):
    sessions = [hands.session(host, Become(), variables()) for host in "ab"]
    hands.close()
    assert all(session.closed for session in sessions)
    assert not hands.sessions
