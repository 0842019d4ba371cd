"""Logins to a real server of paramiko's, on the loopback interface."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from muster.connect import login
from muster.connect.destination import Destination, Hop
from muster.connect.login import Logins, filled
from muster.errors import ConnectError


def open_sockets():
    """Return how many sockets this process has open."""
    import os

    links = []
    for number in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
    return sum(link.startswith("socket:") for link in links)


def test_a_login_lasts_until_it_is_closed(serve, way, logins):
    server = serve()
    connection = logins.login(way(server))
    assert connection.is_connected and server.logins == ["deploy"]
    channel = connection.create_session()
    channel.exec_command("echo hello")
    assert channel.recv(100) == b"hello\n"
    connection.close()
    assert not connection.is_connected


def test_an_unknown_server_is_refused_before_any_key_is_shown(serve, way, logins):
    server = serve()
    with pytest.raises(ConnectError, match="is not known .*SHA256:"):
        logins.login(way(server, known=False))
    assert not server.offered


def test_an_accepted_server_is_known_from_then_on(serve, way, logins, home):
    server = serve()
    logins.login(way(server, known=False, checking="accept-new")).close()
    assert (home / "known").read_text() == server.known_hosts_line()
    Logins().login(way(server, known=False)).close()


def test_a_server_that_sheds_load_is_tried_again(serve, way, logins):
    server = serve(shed=2)
    logins.login(way(server)).close()
    assert server.connections == 3


def test_patience_has_an_end(serve, way, logins, monkeypatch):
    monkeypatch.setattr(login, "PATIENCE", 0.5)
    with pytest.raises(ConnectError, match="closed the connection before the login") as caught:
        logins.login(way(serve(shed=100)))
    assert "MaxStartups" in caught.value.hint


@pytest.fixture
def naps(monkeypatch):
    """The pauses that would have been made."""
    found = []
    monkeypatch.setattr(login.time, "sleep", found.append)
    return found


def test_a_host_that_does_not_answer_is_tried_again_as_often_as_is_said(serve, way, logins, naps):
    gone = serve()
    gone.close()
    with pytest.raises(ConnectError, match="cannot reach"):
        logins.login(replace(way(gone), retries=3))
    assert naps == [1, 3, 7]


def test_a_host_that_answers_at_last_is_no_error(serve, way, logins, naps, monkeypatch):
    server, calls = serve(), []

    def dial(*given):
        calls.append(given)
        if len(calls) < 3:
            raise ConnectionRefusedError(111, "Connection refused")
        return real(*given)

    real = login.dial
    monkeypatch.setattr(login, "dial", dial)
    assert logins.login(replace(way(server), retries=2)).is_connected
    assert naps[:2] == [1, 3]


def test_a_host_that_refuses_us_is_not_tried_again(serve, way, logins, naps):
    with pytest.raises(ConnectError, match="is not known"):
        logins.login(replace(way(serve(), known=False), retries=3))
    assert naps == []


def test_a_login_leaves_the_configuration_alone_that_all_threads_share(serve, way, logins, monkeypatch):
    logins.load()
    monkeypatch.setattr("invoke.config.Config.merge", lambda self: pytest.fail("it was written anew"))
    assert logins.login(way(serve())).is_connected


def test_a_host_is_dialled_before_fabric_is_loaded(serve, way, logins, monkeypatch):
    course = []
    for name, real in (("dial", login.dial), ("Fabric", login.Fabric)):
        monkeypatch.setattr(login, name, lambda *given, name=name, real=real: (course.append(name), real(*given))[1])
    server = serve()
    assert logins.login(way(server)).is_connected and logins.login(way(server)).is_connected
    assert course == ["dial", "Fabric", "dial"]


def test_jump_hosts_are_dialled_in_order_and_logged_into_once(serve, way, logins):
    first, second, last, other = serve(), serve(), serve(), serve()
    ways = [way(first, second, last, host="a"), way(first, second, other, host="b"), way(first, second, host="c")]
    with ThreadPoolExecutor(3) as pool:
        connections = list(pool.map(logins.login, ways))
    assert all(connection.is_connected for connection in connections)
    assert first.dialled == [("127.0.0.1", second.port)] * 2  # Once as a jump host, once as host c.
    assert sorted(second.dialled) == sorted([("127.0.0.1", last.port), ("127.0.0.1", other.port)])
    assert [len(each.logins) for each in (first, second, last, other)] == [1, 2, 1, 1]


def test_a_jump_host_that_cannot_reach_the_host_is_named(serve, way, logins):
    jump, gone = serve(), serve()
    gone.close()
    with pytest.raises(ConnectError, match=rf"jump host 127.0.0.1 cannot reach 127.0.0.1 port {gone.port}"):
        logins.login(way(jump, gone))


def test_a_proxy_command_is_the_connection(serve, way, logins, home):
    server = serve()
    relay = "import socket,sys,threading,os\ns=socket.create_connection((sys.argv[1],int(sys.argv[2])))\n" \
            "def p():\n  while 1:\n    d=s.recv(9999)\n    if not d:os._exit(0)\n    os.write(1,d)\n" \
            "threading.Thread(target=p,daemon=True).start()\n" \
            "while 1:\n  d=os.read(0,9999)\n  if not d:break\n  s.sendall(d)\n"
    (home / "relay.py").write_text(relay)
    logins.login(way(server, proxy_command=f"python3 {home}/relay.py %h %p; true")).close()
    assert server.logins == ["deploy"]


def test_tokens_of_a_proxy_command_are_filled_in():
    assert filled("x %r@%h:%p 100%%", Hop("a%p", 7, "u")) == "x u@a%p:7 100%"


UNREACHABLE = [
    (Hop("127.0.0.1", 1, "u"), "cannot reach 127.0.0.1 port 1: Connection refused"),
    (Hop("no-such-host.invalid", 22, "u"), "there is no address for no-such-host.invalid"),
]


@pytest.mark.parametrize(("hop", "words"), UNREACHABLE)
def test_an_unreachable_host_is_an_error_in_plain_words(home, logins, hop, words):
    with pytest.raises(ConnectError, match=words):
        logins.login(Destination("web", (hop,)))


def test_a_peer_that_says_nothing_is_given_up_in_time(home, logins):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        hop = Hop("127.0.0.1", listener.getsockname()[1], "u")
        started = time.monotonic()
        with pytest.raises(ConnectError, match="no ssh connection to .*: no answer in time"):
            logins.login(Destination("web", (hop,), timeout=0.5))
        assert time.monotonic() - started < 10  # Paramiko's own patience is 15 s.


def test_failures_leave_neither_sockets_nor_threads_nor_words(serve, way, logins, capfd):
    logging.getLogger().handlers.clear()
    server = serve()
    bad = [way(server, known=False, host_key_alias="unknown"), way(server, keys=()), way(serve(keys=(), password="x"))]
    before = open_sockets()
    for each in bad:
        with pytest.raises(ConnectError):
            logins.login(each)
    deadline = time.monotonic() + 3
    for transport in server.transports:
        transport.join(1)

    def ours():
        return [thread for thread in threading.enumerate() if "Transport" in type(thread).__name__ and
                not thread.server_mode]

    while (ours() or open_sockets() > before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not ours()
    assert open_sockets() <= before
    assert capfd.readouterr().err == ""
