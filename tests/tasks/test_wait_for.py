import socket
import threading
import time

import pytest

from tasks.wait_for import connections, wait_for, words
from tests.tasks.harness import perform


@pytest.fixture
def listener():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def port_of(listener):
    return listener.getsockname()[1]


def soon(action):
    """Do something in a moment, in another thread."""
    timer = threading.Timer(0.15, action)
    timer.start()
    return timer


def quickly(**arguments):
    return perform(wait_for, dict({"timeout": 20, "sleep": 0.02}, **arguments))


def test_a_port_that_answers_is_not_waited_for(listener):
    result = quickly(port=port_of(listener))
    assert (result["failed"], result["changed"], result["elapsed"]) == (False, False, 0)
    assert (result["state"], result["port"], result["path"]) == ("started", port_of(listener), None)


def test_a_port_that_does_not_answer_fails_when_the_time_is_over(listener):
    port = port_of(listener)
    listener.close()
    started = time.time()
    result = quickly(port=port, timeout=1)
    assert result["failed"] and result["msg"] == f"waited {result['elapsed']} seconds for 127.0.0.1:{port} to be there"
    assert 1 <= result["elapsed"] <= time.time() - started < 20


def test_a_port_is_waited_for():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        timer = soon(server.listen)
        assert not quickly(port=port_of(server))["failed"]
        timer.join()


def test_a_port_that_stops_is_waited_for(listener):
    timer = soon(lambda: listener.shutdown(socket.SHUT_RDWR))
    result = quickly(port=port_of(listener), state="stopped")
    timer.join()
    assert not result["failed"]


def test_a_port_that_does_not_stop_fails(listener):
    assert quickly(port=port_of(listener), state="stopped", timeout=0)["msg"].endswith("to be gone")


def test_what_a_port_sends_is_searched(listener):
    def serve():
        connection, _ = listener.accept()
        connection.sendall(b"220 ready\r\nSSH-")
        time.sleep(0.05)
        connection.sendall(b"2.0-OpenSSH_9\r\n")
        time.sleep(0.2)
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    result = quickly(port=port_of(listener), search_regex=r"^SSH-(?P<version>[\d.]+)-(\w+)")
    thread.join()
    assert result["match_groupdict"] == {"version": "2.0"}
    assert result["match_groups"][1].startswith("OpenSSH")


def test_a_port_that_sends_something_else_fails(listener):
    result = quickly(port=port_of(listener), search_regex="OpenSSH", connect_timeout=0.2, timeout=0)
    assert result["msg"] == f"waited 0 seconds for OpenSSH in 127.0.0.1:{port_of(listener)} to be there"


def test_a_file_is_waited_for(tmp_path):
    timer = soon((tmp_path / "ready").touch)
    result = quickly(path=str(tmp_path / "ready"))
    timer.join()
    assert not result["failed"] and result["path"] == str(tmp_path / "ready")


def test_a_text_in_a_file_is_waited_for(tmp_path):
    log = tmp_path / "log"
    log.write_text("starting\n")
    timer = soon(lambda: log.write_text("starting\nready in 5 s\n"))
    result = quickly(path=str(log), search_regex=r"^ready in (\d+)", state="present")
    timer.join()
    assert result["match_groups"] == ["5"]


def test_a_file_that_goes_away_is_waited_for(tmp_path):
    (tmp_path / "lock").touch()
    timer = soon((tmp_path / "lock").unlink)
    result = quickly(path=str(tmp_path / "lock"), state="absent")
    timer.join()
    assert not result["failed"]


def test_a_text_that_goes_away_from_a_file_that_stays_is_waited_for(tmp_path):
    log = tmp_path / "log"
    log.write_text("busy\n")
    timer = soon(lambda: log.write_text("idle\n"))
    result = quickly(path=str(log), search_regex="busy", state="absent")
    timer.join()
    assert not result["failed"] and result["match_groups"] == []


def test_with_nothing_to_look_for_the_time_is_waited():
    started = time.time()
    assert not quickly(timeout=0.2)["failed"]
    assert 0.2 <= time.time() - started < 20


def test_the_first_look_may_be_delayed(tmp_path):
    started = time.time()
    quickly(path=str(tmp_path), delay=0.2)
    assert time.time() - started >= 0.2


def test_check_mode_does_not_wait(tmp_path):
    result = perform(wait_for, {"path": str(tmp_path / "none")}, check=True)
    assert result["skipped"] and not result["failed"]


def test_connections_to_a_port_are_waited_for_until_they_end(listener):
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    port = port_of(listener)
    assert quickly(port=port, state="drained", timeout=0)["msg"] == (
        f"waited 0 seconds for the connections to 127.0.0.1:{port} to end")
    assert not quickly(port=port, state="drained", timeout=0, exclude_hosts=["127.0.0.1"])["failed"]
    assert not quickly(port=port, state="drained", timeout=0, active_connection_states=["SYN_SENT"])["failed"]
    client.close()
    server.close()
    assert not quickly(port=port, state="drained", active_connection_states=["ESTABLISHED"])["failed"]


def test_connections_are_counted_over_every_address(listener):
    with socket.create_connection(listener.getsockname()):
        assert connections("0.0.0.0", port_of(listener), [], ["ESTABLISHED"]) >= 1
        assert connections("127.0.0.2", port_of(listener), [], ["ESTABLISHED"]) == 0


def test_addresses_are_written_as_the_kernel_does():
    assert words(socket.inet_aton("127.0.0.1")) in ("0100007F", "7F000001")


def test_an_address_that_cannot_be_told_is_named():
    assert "cannot tell the address" in quickly(port=1, state="drained", host="no.such.host.invalid")["msg"]
