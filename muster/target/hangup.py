"""When the connection breaks in the middle of a task: the task ends all the same, and its result is kept for a while.

The next agent that comes to this host finds it and tells, so that "the connection was lost during dnf" is followed by
"which then succeeded". Kept in /run, which a reboot empties; a result older than an hour is thrown away untold.
"""

import os
import time

DIRECTORY = "/run/muster-results"
SECONDS = 3600


def is_one(error):
    """Tell whether an OSError means that nobody listens any more."""
    import errno

    return error.errno in (errno.EPIPE, errno.ECONNRESET, errno.EIO)


def keep(head, values):
    """Keep the result of a call that could not be delivered; without the right to do so it is lost."""
    import json

    told = {"task": head["task"], "changed": values.get("changed"), "failed": bool(values.get("failed")),
            "msg": values.get("msg", ""), "when": time.time()}
    try:
        os.makedirs(DIRECTORY, 0o700, exist_ok=True)
        with open(os.path.join(DIRECTORY, "%d.json" % os.getpid()), "w") as file:
            json.dump(told, file)
    except OSError:
        pass  # This user may not write there, and nobody is connected who could be told.


def collect():
    """Return what earlier agents kept, [{"task", "changed", "failed", "msg", "when"}, ...], and remove it."""
    try:
        names = sorted(os.listdir(DIRECTORY))
    except OSError:
        return []
    import json

    found = []
    for name in names:
        path = os.path.join(DIRECTORY, name)
        try:
            with open(path) as file:
                told = json.load(file)
            os.unlink(path)
        except (OSError, ValueError):
            continue
        if time.time() - told["when"] < SECONDS:
            found.append(told)
    if found:
        try:
            os.rmdir(DIRECTORY)
        except OSError:
            pass  # Another agent has just kept something.
    return found
