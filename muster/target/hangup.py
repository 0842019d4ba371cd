"""When the connection breaks in the middle of a task: the task ends all the same, and how it ended is kept for a while.

The next agent that comes to this host finds it and tells, so that "the connection was lost during dnf" is followed by
"which then succeeded". Kept in /run, which a reboot empties; what is older than an hour is thrown away untold. No
message or output is kept: nobody could say here which of them is a secret.
"""

import os
import time

from muster.target.wire import dumps, loads

DIRECTORY = "/run/muster-results"
SECONDS = 3600


def is_one(error):
    """Tell whether an OSError means that nobody listens any more."""
    import errno

    return error.errno in (errno.EPIPE, errno.ECONNRESET, errno.EIO)


def told(task, values):
    """Return what may be told of a result later: {"task", "changed", "failed", "when"}."""
    return {"task": task, "changed": bool(values.get("changed")), "failed": bool(values.get("failed")),
            "when": time.time()}


def keep(results):
    """Keep what could not be delivered, a list of `told`; without the right to do so it is lost."""
    try:
        os.makedirs(DIRECTORY, 0o700, exist_ok=True)
        with open(os.path.join(DIRECTORY, "%d.json" % os.getpid()), "w") as file:
            file.write(dumps(results))
    except OSError:
        pass  # This user may not write there, and nobody is connected who could be told.


def collect():
    """Return what earlier agents kept, as a list of `told`, and remove it."""
    try:
        names = sorted(os.listdir(DIRECTORY))
    except OSError:
        return []
    found = []
    for name in names:
        path = os.path.join(DIRECTORY, name)
        try:
            with open(path) as file:
                found += loads(file.read())
            os.unlink(path)
        except (OSError, ValueError):
            continue
    try:
        os.rmdir(DIRECTORY)
    except OSError:
        pass  # Another agent has just kept something.
    return [each for each in found if time.time() - each["when"] < SECONDS]
