"""All connections of a run, to servers on the loopback interface."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from muster.connect import pipe
from muster.connect.become import Become
from muster.connect.connections import Connections
from muster.connect.destination import Destination, Hop
from muster.connect.start import local_user
from muster.errors import ConnectError
from muster.model import Call
from tests.connect.far import TASKS

LOCAL = Destination("localhost", local=True)


@pytest.fixture
def connections():
    made = Connections([TASKS / "command.py", TASKS / "setup.py"])
    yield made
    made.close()


@pytest.fixture
def destination(serve, home, plain_key):
    """A destination and its server."""
    server = serve()
    (home / "known").write_text(server.known_hosts_line())
    hop = Hop("127.0.0.1", server.port, "deploy", (str(plain_key),), (str(home / "known"),))
    return Destination("web", (hop,)), server


def echo(session, word="hello"):
    session.send(Call("command", {"argv": ["echo", word]}))
    return session.receive()[1].values["stdout"]


@pytest.mark.parametrize("near", [True, False])
def test_a_session_over_ssh_runs_tasks_however_far_the_host_is(connections, destination, monkeypatch, near):
    monkeypatch.setattr(pipe, "NEAR_SECONDS", 60 if near else 0)
    session = connections.session(destination[0], Become())
    assert echo(session) == "hello"
    session.close()


def test_a_local_session_needs_no_ssh(connections):
    session = connections.session(LOCAL, Become())
    assert echo(session) == "hello"
    session.close()


@pytest.mark.parametrize("user", [None, "self"])
def test_becoming_oneself_needs_no_sudo(connections, user):
    session = connections.session(LOCAL, Become(local_user() if user else None, flags="--no-such-flag"))
    assert echo(session) == "hello"
    session.close()


def test_all_sessions_of_a_host_share_one_login(connections, destination):
    way, server = destination
    with ThreadPoolExecutor(4) as pool:
        sessions = list(pool.map(lambda _: connections.session(way, Become()), range(4)))
    assert [echo(session, str(number)) for number, session in enumerate(sessions)] == ["0", "1", "2", "3"]
    assert server.logins == ["deploy"]
    for session in sessions:
        session.close()


def test_facts_come_along_when_they_are_asked_for(connections, destination):
    session = connections.session(destination[0], Become(), facts={"gather_subset": ["min"]})
    assert "ansible_facts" in session.receive()[1].values
    session.close()


def test_a_raw_command_needs_no_agent(connections, destination):
    for way in (LOCAL, destination[0]):
        outcome = connections.raw(way, "echo out; printf '\\377' ; echo err >&2; exit 3", Become())
        assert (outcome.rc, outcome.stdout, outcome.stderr) == (3, "out\n�", "err\n")


def test_a_raw_command_becomes_another_user_who_reads_no_password(connections, destination, tmp_path, monkeypatch):
    sudo = tmp_path / "sudo"
    sudo.write_text("#!/bin/sh\nread -r word\necho \"muster-sudo-password:$*, $word\" >&2\n"
                    "while [ $1 != -- ]; do shift; done\nshift\nexec \"$@\"\n")
    sudo.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    outcome = connections.raw(LOCAL, "echo 'read:' \"$(cat)\"", Become("other", "hunter2"))
    assert (outcome.rc, outcome.stdout) == (0, "read: \n")
    assert outcome.stderr.startswith("-S -p  -H -u other -- /bin/sh -c") and outcome.stderr.endswith(", hunter2\n")


def test_a_host_that_was_forgotten_is_logged_into_anew(connections, destination):
    way, server = destination
    connections.login(way)
    connections.forget(way)
    connections.login(way)
    assert len(server.logins) == 2
    connections.forget(LOCAL)


def test_a_login_that_broke_is_replaced(connections, destination):
    way, server = destination
    connections.login(way)
    for transport in server.transports:
        transport.close()
    connections.hosts[way].transport.join(2)
    assert echo(connections.session(way, Become())) == "hello"
    assert len(server.logins) == 2


def test_a_failed_login_is_tried_anew_by_the_next_session(connections, destination, home):
    way, _ = destination
    known = (home / "known").read_text()
    (home / "known").write_text("")
    with pytest.raises(ConnectError, match="not known"):
        connections.session(way, Become())
    connections.logins.known.clear()
    (home / "known").write_text(known)
    assert echo(connections.session(way, Become())) == "hello"


def test_nothing_is_left_at_the_end(destination):
    connections = Connections([TASKS / "command.py"])
    session = connections.session(destination[0], Become())
    echo(session)
    connection = connections.login(destination[0])
    session.close()
    connections.close()
    connection.client.close()
    for thread in threading.enumerate():
        if "Transport" in type(thread).__name__ and not thread.server_mode:
            thread.join(2)
            assert not thread.is_alive()
