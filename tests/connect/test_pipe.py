"""Bytes to and from a process, here and through a channel."""

import threading

import pytest

from muster.connect import pipe as module
from muster.connect.destination import Destination, Hop
from muster.connect.login import Logins
from muster.connect.pipe import LocalPipe, SshPipe


@pytest.fixture
def connection(serve, home, plain_key):
    server = serve()
    (home / "known").write_text(server.known_hosts_line())
    hop = Hop("127.0.0.1", server.port, "u", (str(plain_key),), (str(home / "known"),))
    connection = Logins().login(Destination("web", (hop,)))
    yield connection
    connection.close()


@pytest.fixture(params=["local", "ssh"])
def pipe(request, connection):
    """A function (command) that returns a pipe of either kind."""
    made = []

    def pipe(command):
        made.append(LocalPipe(command) if request.param == "local" else SshPipe(connection.create_session(), command))
        return made[-1]

    yield pipe
    for each in made:
        each.close()


def whole(pipe) -> bytes:
    output = b""
    while data := pipe.read():
        output += data
    return output


def test_what_is_written_arrives_and_what_is_said_comes_back(pipe):
    made = pipe("head -c 6 | tr a-z A-Z")
    made.write(b"hello\n")
    assert whole(made) == b"HELLO\n"
    assert made.status() == 0


def test_standard_error_and_status_are_apart(pipe):
    made = pipe("echo out; echo err >&2; exit 3")
    assert whole(made) == b"out\n"
    assert made.status() == 3
    assert made.errors() == "err\n"


def test_much_may_be_written_while_much_is_said(pipe):
    made = pipe("head -c 3000000")
    received = []
    if isinstance(made, LocalPipe):
        made.write(b"x" * 3000000)
        received.append(whole(made))
    else:
        reader = threading.Thread(target=lambda: received.append(whole(made)))
        reader.start()
        made.write(b"x" * 3000000)
        reader.join()
    assert len(received[0]) == 3000000


def test_after_the_end_nothing_more_comes(pipe):
    made = pipe("true")
    assert whole(made) == b"" and made.read() == b""


def test_writing_to_what_is_gone_is_an_error_of_the_system(pipe):
    made = pipe("exit 0")
    whole(made)
    made.status()
    with pytest.raises(OSError, match=r"."):
        for _ in range(50):
            made.write(b"x" * 100000)


def test_a_local_process_that_was_killed_has_a_negative_status():
    made = LocalPipe("kill -9 $$")
    assert whole(made) == b"" and made.status() == -9
    made.close()


def test_of_a_lost_connection_nothing_is_known(connection, monkeypatch):
    monkeypatch.setattr(module, "STATUS_SECONDS", 0.2)
    made = SshPipe(connection.create_session(), "sleep 1")
    connection.close()
    assert made.status() is None


def test_closing_waits_for_an_agent_that_still_has_much_to_say():
    made = LocalPipe("head -c 1000000 /dev/zero; cat >/dev/null")
    made.close()
    assert made.process.returncode == 0
