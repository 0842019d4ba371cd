"""Files that are parts of one file; on the host, or on the controller."""

import os

from muster.target.patterns import compiled
from muster.target.task import Failure


def paths_of(directory, regexp=None, ignore_hidden=False):
    """Return the paths of the parts in a directory in the order of their names; raise Failure where there is none.

    regexp: only files in whose names it is found
    ignore_hidden: no files whose names begin with a dot
    """
    if not os.path.isdir(directory):
        what = "is no directory" if os.path.lexists(directory) else "does not exist"
        raise Failure("src %s %s: it must be a directory that holds the parts" % (directory, what))
    rule = compiled(regexp or "")
    names = sorted(name for name in os.listdir(directory) if rule.search(name))
    paths = [os.path.join(directory, name) for name in names if not (ignore_hidden and name.startswith("."))]
    return [path for path in paths if os.path.isfile(path)]


def joined(parts, delimiter=None):
    r"""Return the parts as one, each begun on a line of its own, with the delimiter between them.

    parts: bytes
    delimiter: text; \n and \t in it are a newline and a tab
    >>> joined([b"a", b"b\n"], "# --")
    b'a\n# --\nb\n'
    """
    between = (delimiter or "").replace("\\n", "\n").replace("\\t", "\t").encode("utf-8", "surrogateescape")
    whole = b""
    for number, part in enumerate(parts):
        if number:
            whole = ended(ended(whole) + between)
        whole += part
    return whole


def ended(data):
    """Return data such that a new line can follow it."""
    return data if not data or data.endswith(b"\n") else data + b"\n"
