"""A cable with latency: packets go through a queue that holds each for half the round trip, each way.

    controller's namespace                                             switch's namespace
        uplink (TAP) -----> [ frame, due | frame, due | ... ] -----> uplink (TAP), a port of the bridge
                     <----- [ ... | frame, due | frame, due ] <-----

The kernel's own delay (sch_netem) is missing from many kernels, those of cloud images among them. A queue in user
space works everywhere, and unlike a TCP proxy delays what a real path delays: SYNs and ACKs too. It is a program of
its own:

    python3 -m muster.lab.delay MILLISECONDS NAMESPACE DEVICE NAMESPACE DEVICE
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import sys
import time
from collections import deque

from muster.lab.dial import enter

# linux/if_tun.h. No header of its own before each frame, and Ethernet frames, not IP packets: the bridge wants those.
TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000

LONGEST_FRAME = 65536
# What is read from one end before the other gets its turn.
BURST = 64


class Direction:
    """One way through the cable.

    source, sink: descriptors of the two devices, not blocking
    delay: seconds every frame is held
    """

    def __init__(self, source: int, sink: int, delay: float) -> None:
        self.source = source
        self.sink = sink
        self.delay = delay
        self.queue: deque[tuple[float, bytes]] = deque()

    def take(self, now: float) -> None:
        """Read what has arrived; each frame is due a delay later."""
        due = now + self.delay
        with contextlib.suppress(BlockingIOError):
            for _ in range(BURST):
                self.queue.append((due, os.read(self.source, LONGEST_FRAME)))

    def give(self, now: float) -> None:
        """Write what is due. A frame the device refuses is lost, as on any network: TCP sends it again."""
        while self.queue and self.queue[0][0] <= now:
            with contextlib.suppress(OSError):
                os.write(self.sink, self.queue.popleft()[1])

    def wait(self, now: float) -> float | None:
        """Seconds until a frame is due; None when there is none to wait for."""
        return max(0.0, self.queue[0][0] - now) if self.queue else None


def carry(one: int, other: int, delay: float) -> None:
    """Carry frames between two descriptors for ever. It sleeps in select(2) while there is nothing to do.

    select and not epoll: epoll counts its timeout in whole milliseconds, select in microseconds.
    """
    directions = (Direction(one, other, delay), Direction(other, one, delay))
    while True:
        now = time.monotonic()
        waits = [wait for wait in (direction.wait(now) for direction in directions) if wait is not None]
        ready, _, _ = select.select([one, other], [], [], min(waits, default=None))
        now = time.monotonic()
        for direction in directions:
            if direction.source in ready:
                direction.take(now)
            direction.give(now)


def attach(namespace: str, device: str) -> int:
    """Return a descriptor of a TAP device of a namespace. The calling thread stays in that namespace."""
    enter(namespace)
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TAP | IFF_NO_PI))
    return descriptor


def main(milliseconds: str, *ends: str) -> None:
    """Attach to both ends, say so with a line on standard output, and carry frames until killed."""
    one, other = attach(*ends[:2]), attach(*ends[2:])
    # A late packet is a wrong measurement, and this process never has much to do: it goes before the hosts.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    print("ready", flush=True)
    carry(one, other, float(milliseconds) / 2000)


if __name__ == "__main__":
    main(*sys.argv[1:])
