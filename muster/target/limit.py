"""A limit on how long a task may take (`timeout`, `async`): when it is reached the task ends, whatever it is at.

The system's alarm breaks off whatever the task waits for, and the command it has started is ended. Two things are let
come to their end first: a package manager, because a transaction that is broken off leaves the host half upgraded, and
a frame that is on the wire. Such a task has failed all the same; it only says so later.
"""

import _signal
import os

from muster.target.task import TimedOut, context

AGAIN_SECONDS = 0.2  # Between two looks at what may not be broken off.
# As the kernel calls them: the first fifteen letters.
PACKAGE_MANAGERS = {
    "apt", "apt-get", "aptitude", "dpkg", "unattended-upgr", "dnf", "dnf-3", "dnf5", "microdnf", "rpm", "yum", "zypper",
    "pacman", "apk",
}


class Limit:
    """Raises TimedOut in what goes on inside it, once the seconds are over.

    late: whether they are, and something is being let come to its end
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self.late = False

    def __enter__(self):
        self.before = _signal.signal(_signal.SIGALRM, self.expire)
        _signal.setitimer(_signal.ITIMER_REAL, self.seconds)
        return self

    def __exit__(self, kind, *_):
        _signal.setitimer(_signal.ITIMER_REAL, 0)
        _signal.signal(_signal.SIGALRM, self.before)
        if self.late and kind is None:
            raise TimedOut(self.seconds)

    def expire(self, *_):
        if context.unbroken or any(name in PACKAGE_MANAGERS for name in descendants(os.getpid())):
            self.late = True
            _signal.setitimer(_signal.ITIMER_REAL, AGAIN_SECONDS)
        else:
            raise TimedOut(self.seconds)


def descendants(root):
    """Return the names of the processes that one has started, and that those have started in turn."""
    parents, names = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry, errors="replace") as file:
                    number, _, rest = file.read().partition(" (")
            except OSError:
                continue  # It has ended since the directory was read.
            name, _, rest = rest.rpartition(") ")
            parents[int(number)], names[int(number)] = int(rest.split()[1]), name
    found, new = set(), {root}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new}
        found |= new
    return {names[pid] for pid in found}
