"""Logins to a real server of paramiko's, on the loopback interface."""

import logging
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from muster.connect import login
from muster.connect.destination import Destination, Hop
from muster.connect.login import Logins, filled
from muster.errors import ConnectError


@pytest.fixture
def logins():
    made = Logins()
    yield made
    made.close()


@pytest.fixture
def way(home, plain_key):
    """A function (server, its hop's fields) that returns the destination; the server's key is known."""

    def way(*servers, known=True, **fields) -> Destination:
        own = {name: fields.pop(name) for name in ("host", "password", "proxy_command", "timeout") if name in fields}
        file = home / "known"
        if known:
            with file.open("a") as lines:
                lines.writelines(server.known_hosts_line() for server in servers)
        options = {"keys": (str(plain_key),), "user": "deploy", "known_hosts": (str(file),), **fields}
        hops = tuple(Hop(address="127.0.0.1", port=server.port, **options) for server in servers)
        return Destination(**{"host": "web", "hops": hops, "timeout": 5.0, **own})

    return way


def sockets_and_threads():
    """Return how many sockets this process has open, and how many transports run."""
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


def test_keys_are_tried_in_their_order_and_missing_ones_passed_over(serve, way, logins, make_key, plain_key):
    server = serve()
    wrong = make_key("wrong")
    logins.login(way(server, keys=("/nowhere/key", str(wrong), str(plain_key)))).close()
    assert server.offered == ["key", "key"]


def test_a_password_comes_after_the_keys(serve, way, logins, make_key):
    server = serve(password="hunter2")
    logins.login(way(server, keys=(str(make_key("wrong")),), password="hunter2")).close()
    assert server.offered == ["key", "password"]


REFUSALS = [
    ({"keys": ()}, "accepts none of our keys", "tried 0 keys"),
    ({"keys": ("/nowhere/key",)}, "accepts none of our keys", "tried 0 keys; there is no /nowhere/key"),
    ({"password": "sesame", "keys": ()}, "refuses the password", "tried 0 keys"),
]


@pytest.mark.parametrize(("fields", "message", "hint"), REFUSALS)
def test_who_is_not_let_in_learns_what_was_tried(serve, way, logins, fields, message, hint):
    server = serve(password="other")
    with pytest.raises(ConnectError, match=message) as caught:
        logins.login(way(server, **fields))
    assert caught.value.hint == hint
    assert "deploy@127.0.0.1" in caught.value.message
    assert "sesame" not in str(caught.value)


def test_a_server_that_takes_no_keys_says_what_it_takes(serve, way, logins):
    with pytest.raises(ConnectError, match="accepts no keys, only password"):
        logins.login(way(serve(keys=(), password="x")))


def test_a_key_that_cannot_be_used_concerns_the_host_that_needs_it(serve, way, logins, tmp_path):
    (tmp_path / "bad").write_text("no key")
    with pytest.raises(ConnectError, match="bad cannot be used") as caught:
        logins.login(way(serve(), keys=(str(tmp_path / "bad"),)))
    assert caught.value.host == "web"


def agent(home, monkeypatch, *keys):
    """Start an ssh-agent that holds keys; return what ends it."""
    said = subprocess.run(["ssh-agent", "-a", str(home / "agent")], capture_output=True, text=True, check=True).stdout
    monkeypatch.setenv("SSH_AUTH_SOCK", str(home / "agent"))
    for key in keys:
        subprocess.run(["ssh-add", "-q", str(key)], check=True)
    pid = re.search(r"SSH_AGENT_PID=(\d+)", said)[1]
    return lambda: subprocess.run(["kill", pid], check=True)


def test_the_agents_key_spares_the_passphrase(serve, way, make_key, home, monkeypatch):
    import shutil

    key = make_key("spared")
    end = agent(home, monkeypatch, key)
    try:
        # What was added to the agent stays there; the file is locked now, and only its public half can be read.
        subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", str(key)], check=True)
        shutil.copy(f"{key}.pub", home / "spared.pub")
        server = serve(keys=())
        import paramiko

        server.accepted = {paramiko.PKey.from_path(key, b"secret").asbytes()}
        logins = Logins()
        logins.keys.ask = pytest.fail
        logins.login(way(server, keys=(str(key),), agent=True, only_listed=True)).close()
        assert server.offered == ["key"]
    finally:
        end()


def test_with_identities_only_other_keys_of_the_agent_stay_home(serve, way, logins, plain_key, home, monkeypatch):
    end = agent(home, monkeypatch, plain_key)
    try:
        server = serve()
        with pytest.raises(ConnectError, match="none of our keys"):
            logins.login(way(server, keys=("/nowhere/key",), agent=True, only_listed=True))
        assert not server.offered
        logins.login(way(server, keys=("/nowhere/key",), agent=True)).close()
    finally:
        end()


def test_a_server_that_sheds_load_is_tried_again(serve, way, logins):
    server = serve(shed=2)
    logins.login(way(server)).close()
    assert server.connections == 3


def test_patience_has_an_end(serve, way, logins, monkeypatch):
    monkeypatch.setattr(login, "PATIENCE", 0.5)
    with pytest.raises(ConnectError, match="closed the connection before the login") as caught:
        logins.login(way(serve(shed=100)))
    assert "MaxStartups" in caught.value.hint


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
    import socket

    jump, gone = serve(), serve()
    gone.listener.shutdown(socket.SHUT_RDWR)
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
        assert time.monotonic() - started < 5


def test_failures_leave_neither_sockets_nor_threads_nor_words(serve, way, logins, capfd):
    logging.getLogger().handlers.clear()
    server = serve()
    bad = [way(server, known=False, host_key_alias="unknown"), way(server, keys=()), way(serve(keys=(), password="x"))]
    before = sockets_and_threads()
    for each in bad:
        with pytest.raises(ConnectError):
            logins.login(each)
    deadline = time.monotonic() + 3
    for transport in server.transports:
        transport.join(1)

    def ours():
        return [thread for thread in threading.enumerate() if "Transport" in type(thread).__name__ and
                not thread.server_mode]

    while (ours() or sockets_and_threads() > before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not ours()
    assert sockets_and_threads() <= before
    assert capfd.readouterr().err == ""
