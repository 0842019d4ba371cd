import multiprocessing
import socket
import time
from pathlib import Path

from muster.lab.delay import Direction, carry


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends that keep the boundaries of what is written to them, as a TAP device does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.setblocking(False)
    return ours, theirs


def test_a_frame_is_held_for_the_delay_and_no_longer() -> None:
    near, source = pair()
    far, sink = pair()
    way = Direction(source.fileno(), sink.fileno(), 0.5)
    near.send(b"frame")
    way.take(now=100.0)
    assert way.wait(now=100.2) == 0.5 - (100.2 - 100.0)
    way.give(now=100.4)
    assert way.queue
    way.give(now=100.5)
    assert far.recv(100) == b"frame"
    assert way.wait(now=101.0) is None


def test_frames_keep_their_order_and_their_boundaries() -> None:
    near, source = pair()
    far, sink = pair()
    way = Direction(source.fileno(), sink.fileno(), 0)
    for frame in (b"one", b"two", b"three"):
        near.send(frame)
    way.take(now=1.0)
    way.give(now=1.0)
    assert [far.recv(100) for _ in range(3)] == [b"one", b"two", b"three"]


def test_a_frame_nobody_takes_is_lost_and_nothing_else() -> None:
    near, source = pair()
    far, sink = pair()
    far.close()
    way = Direction(source.fileno(), sink.fileno(), 0)
    near.send(b"frame")
    way.take(now=1.0)
    way.give(now=1.0)
    assert not way.queue


def test_a_round_trip_takes_twice_the_delay_and_waiting_takes_nothing() -> None:
    near, one = pair()
    far, other = pair()
    # A process of its own, as in a lab: its descriptors are not given out again while it still reads them.
    line = multiprocessing.get_context("fork").Process(target=carry, args=(one.fileno(), other.fileno(), 0.05))
    line.start()
    try:
        times = []
        for _ in range(5):
            began = time.monotonic()
            near.send(b"ping")
            far.send(far.recv(10))
            assert near.recv(10) == b"ping"
            times.append(time.monotonic() - began)
        assert 0.1 <= min(times) < 0.2  # A busy machine makes some of them longer.
        used = processor_time(line.pid)
        time.sleep(0.5)
        assert processor_time(line.pid) == used
    finally:
        line.kill()
        line.join()


def processor_time(pid: int | None) -> list[str]:
    """User and system time of a process, in clock ticks (proc(5), stat)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
