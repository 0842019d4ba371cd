"""One run at a time may change a host: a lock file in /run says who holds it, since when and from where.

The lock is the kernel's (flock), so it goes with the process that holds it and is never stale. Agents of the same run
(one for each user a play becomes) share it. A user who may not write there is not kept from working; he is only told
of a run by root that is under way.
"""

import os
import time

from muster.target.task import Failure, context
from muster.target.wire import dumps, loads

PATH = "/run/muster.lock"
PAUSE = 0.25  # Seconds between two looks at a lock that is held.


class Lock:
    """The lock as one agent sees it.

    about: {"run": id of the run, "who": user@machine, "wait": seconds to wait for another run}
    """

    def __init__(self, about):
        self.about = about
        self.descriptor = None
        self.taken = False

    def take(self):
        """Take the lock unless this run has it already; raise Failure that names the holder when it stays held."""
        if self.taken:
            return
        said, deadline = False, time.time() + self.about.get("wait", 0)
        while not self.attempt():
            holder = self.holder()
            if holder.get("run") == self.about["run"]:
                break
            words = "%s has been changing this host since %s" % (holder.get("who", "another run"), holder.get("since"))
            if time.time() >= deadline:
                raise Failure("%s; wait for that run to end, or end it there (process %s here)"
                              % (words, holder.get("pid", "unknown")))
            # Said once; what is empty lets it out when the time for live output has come.
            context.output("" if said else "waiting: %s\n" % words)
            said = True
            time.sleep(PAUSE)
        self.taken = True

    def attempt(self):
        """Try once; return whether changes may be made."""
        import fcntl

        try:
            descriptor = os.open(PATH, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
            writable = True
        except OSError:
            try:
                descriptor = os.open(PATH, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
                writable = False
            except OSError:
                return True
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if writable else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        if not in_place(descriptor):
            os.close(descriptor)  # The holder removed the file between our open and our lock.
            return self.attempt()
        if not writable:
            os.close(descriptor)
        else:
            self.descriptor = descriptor
            self.sign()
        return True

    def sign(self):
        text = dumps({"run": self.about["run"], "who": self.about.get("who"), "pid": os.getpid(),
                      "since": time.strftime("%Y-%m-%d %H:%M:%S")})
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def holder(self):
        """Return what the holder wrote about itself, or an empty dictionary."""
        try:
            with open(PATH) as file:
                return loads(file.read())
        except (OSError, ValueError):
            return {}

    def release(self):
        """Leave nothing behind."""
        if self.descriptor is not None:
            os.unlink(PATH)
            os.close(self.descriptor)
            self.descriptor = None


def in_place(descriptor):
    """Tell whether the open file is still the one that the path names."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(PATH))
    except FileNotFoundError:
        return False
