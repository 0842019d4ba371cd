"""Bytes to and from a process, here and through a channel."""

import threading
import time

import paramiko
import pytest

from muster.connect import pipe as module
from muster.connect.destination import Destination, Hop
from muster.connect.login import Logins
from muster.connect.pipe import LocalPipe, SshPipe


@pytest.fixture
def connect(serve, home, plain_key):
    """A function that returns a connection to a server with such options."""
    made = []

    def connect(**options):
        server = serve(**options)
        (home / "known").write_text(server.known_hosts_line())
        hop = Hop("127.0.0.1", server.port, "u", (str(plain_key),), (str(home / "known"),))
        made.append(Logins().login(Destination("web", (hop,))))
        return made[-1]

    yield connect
    for connection in made:
        connection.close()


@pytest.fixture
def connection(connect):
    return connect()


@pytest.fixture(params=["local", "ssh"])
def pipe(request, connection):
    """A function (command) that returns a pipe of either kind."""
    made = []

    def pipe(command):
        made.append(LocalPipe(command) if request.param == "local" else SshPipe(connection, command))
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
    made = SshPipe(connection, "sleep 1")
    connection.close()
    assert made.status() is None


def test_closing_waits_for_an_agent_that_still_has_much_to_say():
    made = LocalPipe("head -c 1000000 /dev/zero; cat >/dev/null")
    made.close()
    assert made.process.returncode == 0


OPENSSH = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"


def test_openssh_is_asked_for_the_command_before_it_has_opened_the_channel(connect):
    asked, known = threading.Event(), []
    connection = connect(version=OPENSSH, opening=lambda: known.append(asked.wait(10)) or True)
    send = connection.transport._send_message

    def watched(message):
        send(message)
        if message.asbytes()[0] == 98:  # A request on a channel.
            asked.set()

    connection.transport._send_message = watched
    assert whole(SshPipe(connection, "echo one")) == b"one\n"
    assert known == [True]


@pytest.mark.parametrize("version", [OPENSSH, "SSH-2.0-another"])
def test_each_of_several_channels_runs_its_own_command(connect, version):
    connection = connect(version=version)
    pipes = [SshPipe(connection, f"echo {word}; cat") for word in ("one", "two", "three")]
    for pipe in pipes:
        pipe.channel.shutdown_write()
    assert [whole(pipe) for pipe in pipes] == [b"one\n", b"two\n", b"three\n"]


@pytest.mark.parametrize("version", [OPENSSH, "SSH-2.0-another"])
def test_a_server_that_opens_no_channel_says_so(connect, version):
    connection = connect(version=version, opening=lambda: False)
    with pytest.raises((paramiko.ChannelException, OSError), match="Administratively prohibited|hung up when"):
        SshPipe(connection, "echo one")
    assert "_send_user_message" not in vars(connection.transport)


def test_a_command_may_have_ended_before_we_know_that_its_channel_is_open(connect):
    connection = connect(version=OPENSSH)
    channels = connection.transport._channels
    look, me = channels.get, threading.current_thread()

    def late(number):
        while threading.current_thread() is me and channels.values():
            time.sleep(0.01)
        return look(number)

    channels.get = late
    made = SshPipe(connection, "echo out; echo err >&2; exit 3")
    assert (whole(made), made.errors(), made.status()) == (b"out\n", "err\n", 3)
