"""What no input may cost: more than 2 GB of memory, or so much time that a reader would take it for ever."""

import contextlib
import resource
import signal

MEMORY = 2 << 30
SECONDS = 60


class Hung(BaseException):
    """It took so long that something must be going in circles; no `except Exception` stops it."""


@contextlib.contextmanager
def bounded():
    """Let what is done inside have 2 GB more than there is now: what wants more gets a MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextlib.contextmanager
def hurried(seconds=SECONDS):
    """Raise Hung when what is done inside takes longer than this."""

    def ring(number, frame):
        raise Hung(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
