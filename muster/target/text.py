"""Text files that are edited: read whole, written whole."""

import os

from muster.target.files import make_directory, read, resolved, write
from muster.target.patterns import compiled
from muster.target.task import Failure


def read_text(path, encoding="utf-8"):
    """Return a file's text, or None when there is no file; what cannot be decoded survives the way there and back."""
    if os.path.isdir(path):
        raise Failure("%s is a directory, not a file" % path, rc=256)
    data = read(path)
    try:
        return None if data is None else data.decode(encoding, "surrogateescape")
    except (LookupError, UnicodeError) as error:
        raise Failure("cannot read %s as %s: %s" % (path, encoding, error))


def absent(path, hint=""):
    """Return the `Failure` for a file that should be there."""
    return Failure("there is no file %s%s" % (path, hint), rc=257)


def split_lines(text):
    """Split text behind every newline, and nowhere else (`splitlines` also splits at form feeds and others).

    >>> split_lines("a\\nb")
    ['a\\n', 'b']
    """
    return [line + "\n" for line in text.split("\n")[:-1]] + [part for part in text.split("\n")[-1:] if part]


def lines_of(text):
    """Return the lines of a text without their ends; only newlines end one.

    >>> lines_of("a\\x0cb\\nc")
    ['a\\x0cb', 'c']
    """
    return [line.rstrip("\n") for line in split_lines(text)]


def one_line(what, text):
    """Raise Failure where text, which has its place in a line of a file, would not stay within that line.

    what: words for the reader, such as "the name of an entry of cron"
    """
    if text is not None and ("\n" in text or "\r" in text):
        raise Failure("%s is one line, not %r; take the line break out of it" % (what, text))


def end_line(lines):
    """Make sure that the last of these lines ends with a newline, so that another can follow it."""
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"


def place(lines, insertafter, insertbefore, firstmatch=False):
    """Return the index at which something new goes.

    insertafter: EOF, or a regular expression: behind the last line in which it is found
    insertbefore: BOF, or a regular expression: before that line
    firstmatch: the first such line counts, not the last
    Where neither is given or nothing is found, that is the end.
    """
    if "BOF" in (insertafter, insertbefore):
        return 0
    anchor = insertafter if insertafter is not None else insertbefore
    if anchor in (None, "EOF"):
        return len(lines)
    rule = compiled(anchor)
    found = [index for index, line in enumerate(lines) if rule.search(line)]
    if not found:
        return len(lines)
    return found[0 if firstmatch else -1] + (1 if insertafter is not None else 0)


def write_text(path, text, encoding="utf-8", **options):
    """Yield what gives a file this text, made with its directory if it is missing; options are those of `write`."""
    parent = os.path.dirname(resolved(path)) or "."
    if not os.path.isdir(parent):
        yield from make_directory(parent)
    try:
        data = text.encode(encoding, "surrogateescape")
    except (LookupError, UnicodeError) as error:
        raise Failure("cannot write %s as %s: %s" % (path, encoding, error))
    return (yield from write(path, data, **options))
