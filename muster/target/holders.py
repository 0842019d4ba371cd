"""Who holds a lock that a package manager wants, and waiting until it is free."""

import os
import time

from muster.target.task import Failure, context

POLL_SECONDS = 0.5
LONGEST = 200  # Characters of a command line.


def of_files(paths):
    """Return the number of a process that holds a lock on one of these files, or None.

    The kernel lists who holds locks, but by inode, and an overlay shows another inode than the kernel means; so the
    open files of those processes are looked at instead. Only root sees those of others.
    """
    for pid in locking():
        directory = "/proc/%d/fd" % pid
        try:
            opened = {os.readlink(os.path.join(directory, each)) for each in os.listdir(directory)}
        except OSError:
            continue
        if opened.intersection(paths):
            return pid
    return None


def locking():
    """Return the numbers of other processes that hold any lock, from /proc/locks."""
    found = []
    try:
        with open("/proc/locks") as file:
            for line in file:
                words = line.split()
                if "->" not in words and words[4].isdigit() and int(words[4]) not in (0, os.getpid()):
                    found.append(int(words[4]))
    except OSError:
        return []
    return sorted(set(found))


def of_pid_files(paths):
    """Return the number of a living process that one of these files names, or None."""
    for path in paths:
        try:
            with open(path) as file:
                pid = int(file.read().strip() or 0)
        except (OSError, ValueError):
            continue
        if pid and os.path.exists("/proc/%d" % pid):
            return pid
    return None


def describe(pid):
    """Return words for a process: its number and command line, on one line and not all of a long one."""
    if pid is None:
        return "another process"
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            command = file.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        command = ""
    command = " ".join(command.split())
    if len(command) > LONGEST:
        command = command[: LONGEST - 3] + "..."
    return "process %d (%s)" % (pid, command or "its command line cannot be read")


def wait_while_locked(attempt, holder, is_locked, seconds):
    """Return the outcome of `attempt`, begun when nobody holds the lock; raise Failure that names who kept it.

    attempt: function that runs the command and returns its `Outcome`
    holder: function that returns the process that has the lock, or None
    is_locked: function (outcome) that tells whether the command gave up because of the lock
    seconds: how long to wait
    """
    deadline = time.time() + seconds
    told = ()
    while True:
        pid = holder()
        if pid is None:
            outcome = attempt()
            if not is_locked(outcome):
                return outcome
            pid = holder()
        if time.time() >= deadline:
            raise Failure("the package manager is locked by %s, and still was after %d seconds; wait for it to end, or "
                          "allow more with lock_timeout" % (describe(pid), seconds))
        # Said once; what is empty lets it out when the time for live output has come.
        words = "waiting up to %d seconds for %s, which holds the package manager's lock\n"
        context.output("" if told == (pid,) else words % (round(deadline - time.time()), describe(pid)))
        told = (pid,)
        time.sleep(POLL_SECONDS)
