"""Dumps of databases of MySQL and MariaDB, compressed or not."""

import os

from muster.target import mysql
from muster.target.system import capture
from muster.target.task import Change, Failure


def opener(path):
    """Return the function that opens a file of this name: .gz, .bz2 and .xz are compressed."""
    if path.endswith(".gz"):
        from gzip import open as chosen
    elif path.endswith(".bz2"):
        from bz2 import open as chosen
    elif path.endswith(".xz"):
        from lzma import open as chosen
    else:
        chosen = open
    return chosen


def written(server, names, target, options):
    """Yield the change that dumps databases to a file, which is whole or as it was before.

    names: databases, or ["all"]
    options: of mariadb-dump
    """
    program = mysql.client("mariadb-dump", "mysqldump")
    which = ["--all-databases"] if "all" in names else ["--databases"] + names if len(names) > 1 else names

    def do():
        import shutil
        import tempfile

        directory = os.path.dirname(target) or "."
        if not os.path.isdir(directory):
            raise Failure("there is no directory %s to dump to" % directory)
        with tempfile.TemporaryDirectory(prefix=".muster-", dir=directory) as place:
            plain, packed = os.path.join(place, "plain"), os.path.join(place, "packed")
            outcome = capture(program, *(server.before + server.reach + options + ["--result-file=" + plain] + which),
                              env=server.environment, stream=True)
            if not outcome.ok:
                raise mysql.failure(outcome)
            made = plain
            if opener(target) is not open:
                with open(plain, "rb") as source, opener(target)(packed, "wb") as file:
                    shutil.copyfileobj(source, file)
                made = packed
            os.chmod(made, 0o600)  # Of what may hold all that there is.
            os.rename(made, target)

    yield Change("dump %s to %s" % (", ".join(names), target), do, paths=[target])


def imported(server, names, source, encoding, force, directory):
    """Yield the change that has the client read a dump."""
    which = [] if "all" in names else ["--database=" + each for each in names[:1]]
    which += ["--default-character-set=" + encoding] if encoding else []
    which += ["--force"] if force else []

    def do():
        import shutil
        import tempfile

        with tempfile.TemporaryDirectory(prefix="muster-") as place:
            plain = os.path.abspath(source)
            if opener(source) is not open:
                plain = os.path.join(place, "plain")
                with opener(source)(source, "rb") as packed, open(plain, "wb") as file:
                    shutil.copyfileobj(packed, file)
            # It may be large, and after the client's own `source` errors are passed over (MariaDB 10.11).
            outcome = capture("sh", "-c", 'exec "$@" < "$DUMP"', "sh", *(server.argv() + which), cwd=directory,
                              env=dict(server.environment, DUMP=plain), stream=True)
            if not outcome.ok:
                raise mysql.failure(outcome)

    yield Change("import %s into %s" % (source, ", ".join(names)), do)
