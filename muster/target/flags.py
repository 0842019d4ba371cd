"""The attributes of a file that chattr sets: i for immutable, a for "can only be appended to", and others."""

import os

from muster.target.system import capture, run
from muster.target.task import Failure

# The file system keeps these itself.
ITS_OWN = set("eEhINV")


def flag(path, wanted):
    """Yield the change that gives a path these attributes.

    wanted: letters with + (these too), - (not these) or = (just these) in front; without a sign it is =
    """
    if not wanted or not os.path.lexists(path):
        return
    sign, letters = (wanted[0], wanted[1:]) if wanted[0] in "+-=" else ("=", wanted)
    have = current(path)
    after = {"+": have | set(letters), "-": have - set(letters), "=": set(letters)}[sign]
    if after - ITS_OWN != have - ITS_OWN:
        yield run("chattr", sign + letters, path)


def current(path):
    """Return the letters of the attributes that a path has; raise Failure where they cannot be read."""
    outcome = capture("lsattr", "-d", path)
    if outcome.rc != 0:
        raise Failure("the attributes of %s cannot be read: %s" % (path, outcome.stderr.strip()), path=path)
    return set(outcome.stdout.split()[0]) - {"-"}
