"""What was read from the host and holds until a file changes: fifty tasks about packages read their database once."""

import os

KEPT = {}
STAMPS = {}  # Of the files, as they are while nothing changes: looking costs as much as reading a small file.


def recall(what, files, read):
    """Return what `read()` gave when it was last called for this, if these files are what they were then.

    what: names it; one name always goes with the same files
    files: paths that change whenever what is read does; without any of them nothing is kept
    The value belongs to all who ask for it, and none may alter it.
    """
    stamps = [STAMPS[path] if path in STAMPS else STAMPS.setdefault(path, stamp(path)) for path in files]
    if what in KEPT and KEPT[what][0] == stamps:
        return KEPT[what][1]
    value = read()
    if any(stamps):
        KEPT[what] = stamps, value
    return value


def look_again():
    """Files may have changed: this is called at the start of every task, after its changes, and after any command."""
    STAMPS.clear()


def stamp(path):
    """Return what is another after a file was written; None for one that is not there."""
    try:
        have = os.stat(path)
    except OSError:
        return None
    return have.st_mtime_ns, have.st_size, have.st_ino
