"""What logins run over."""

import math
import os
import socket
import time

import pytest

from muster.connect.dial import PROBES, SILENT_SECONDS, dial, dial_through, round_trip


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def port(listener):
    return listener.getsockname()[1]


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost"])
def test_a_connection_comes_about_by_address_and_by_name(listener, address):
    with dial(address, port(listener), 5) as made:
        assert made.getpeername() == listener.getsockname()


def test_ipv6_addresses_are_dialled():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server, dial("::1", server.getsockname()[1], 5) as made:
        assert made.family == socket.AF_INET6


def test_small_packets_are_sent_at_once_and_a_dead_peer_is_noticed_in_a_minute(listener):
    with dial("127.0.0.1", port(listener), 5) as made:
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert all(made.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) == value
                   for name, value in PROBES.items())
    idle, interval, count, unheard = PROBES.values()
    assert idle + interval * count == SILENT_SECONDS == unheard / 1000


def test_a_refusal_leaves_no_socket():
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(ConnectionRefusedError):
        dial("127.0.0.1", 1, 5)
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_timeout_holds():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            dial("127.0.0.1", port(full), 0.3)
        assert 0.2 < time.monotonic() - began < 10
        for each in crowd:
            each.close()


def test_what_came_together_is_asked_for_once_and_given_piece_by_piece(listener, monkeypatch):
    asked = []
    real = socket.socket.recv
    monkeypatch.setattr(socket.socket, "recv", lambda self, *given: asked.append(given) or real(self, *given))
    with dial("127.0.0.1", port(listener), 5) as made:
        peer, _ = listener.accept()
        with peer:
            peer.sendall(b"header and the rest")
            assert [made.recv(6), made.recv(1), made.recv(100)] == [b"header", b" ", b"and the rest"]
            assert len(asked) == 1
            peer.sendall(b"x" * 50_000)
            peer.shutdown(socket.SHUT_WR)
            pieces = iter(lambda: made.recv(40_000), b"")
            assert sum(map(len, pieces)) == 50_000
            assert made.recv(1) == b""


def test_a_namespace_that_is_not_there_is_an_error_of_the_system():
    with pytest.raises(FileNotFoundError):
        dial("127.0.0.1", 22, 1, "/nowhere/netns")


def test_how_far_away_a_peer_is_is_known_of_tcp_alone(listener):
    with dial("127.0.0.1", port(listener), 5) as made:
        assert 0 < round_trip(made) < 1
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert round_trip(ours) == math.inf


@pytest.mark.skipif(os.geteuid() != 0, reason="only root enters namespaces")
def test_a_socket_can_be_made_in_a_namespace_and_we_stay_in_ours(listener):
    own = os.readlink("/proc/thread-self/ns/net")
    with dial("127.0.0.1", port(listener), 5, "/proc/self/ns/net") as made:
        assert made.getpeername() == listener.getsockname()
    assert os.readlink("/proc/thread-self/ns/net") == own


def test_a_commands_input_and_output_are_one_socket():
    with dial_through("sed -u s/a/b/") as made:
        made.sendall(b"banana\n")
        assert made.recv(100) == b"bbnana\n"


def test_a_command_ends_with_its_socket(tmp_path):
    with dial_through(f"sh -c 'cat > /dev/null; touch {tmp_path}/ended'"):
        pass
    deadline = time.monotonic() + 5
    while not (tmp_path / "ended").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
