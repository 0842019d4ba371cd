"""Files, directories and links found by name, age, size or content."""

import fnmatch
import os
import re
import stat
import time

from muster.target.files import hash_file, parse_mode
from muster.target.patterns import compiled
from muster.target.status import facts
from muster.target.task import Choice, Failure, Mode, Path, task, warn

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
BYTES = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@task(
    aliases={"path": "paths", "name": "paths", "pattern": "patterns", "exclude": "excludes",
             "checksum": "checksum_algorithm", "checksum_algo": "checksum_algorithm"},
    reads=True,
)
def find(
    paths: [Path], patterns: [str] = None, excludes: [str] = None, use_regex: bool = False,
    file_type: Choice("file", "directory", "link", "any") = "file", contains: str = None, read_whole_file: bool = False,
    encoding: str = "utf-8",
    recurse: bool = False, depth: int = None, follow: bool = False, hidden: bool = False,
    age: str = None, age_stamp: Choice("mtime", "atime", "ctime") = "mtime", size: str = None, mode: Mode = None,
    exact_mode: bool = True, limit: int = None,
    get_checksum: bool = False,
    checksum_algorithm: Choice("md5", "sha1", "sha224", "sha256", "sha384", "sha512") = "sha1",
):
    """Find files below some directories.

    paths: the directories
    patterns: names to look for, as globs ("*.log"); by default all
    excludes: names to leave out
    use_regex: patterns and excludes are regular expressions, matched from the beginning of the name
    file_type: what to look for
    contains: only files with a line whose beginning matches this regular expression
    read_whole_file: search for it in the whole text of a file, not line by line
    encoding: how the text of the files is encoded
    recurse: look in directories below as well
    depth: how many levels down; 1 is the directory itself
    follow: go into directories that are links
    hidden: include names that begin with a dot
    age: at least this old ("2d"), or with a minus at most; units are s, m, h, d and w
    age_stamp: which time that is about
    size: at least this large ("10m"), or with a minus at most; units are b, k, m, g and t
    mode: only what has these permissions ("0644", "u=rw,g=r,o=r")
    exact_mode: these permissions and no others; else any of them, which is what ansible-core 2.19 does (measured)
    limit: stop when this many are found
    get_checksum: compute checksums of files
    checksum_algorithm: how they are computed

    Example:
        - name: Find logs nobody reads any more
          find:
            paths: /var/log
            patterns: "*.gz"
            age: 4w
            recurse: true
          register: old

    Returns:
        files: a list of what was found, sorted by path in each directory; each has path, mode, uid, gid, pw_name,
            gr_name, size, mtime and what else `stat` returns about permissions and kinds; links have lnk_source, and
            files a checksum if it was asked for
        matched: how many were found
        examined: how many were looked at
        skipped_paths: directories that could not be read, and why
    """
    if not recurse and depth is not None and depth > 1:
        warn("depth: %d has no effect without recurse: yes" % depth)
    tests = [
        named(patterns or ([".*"] if use_regex else ["*"]), excludes or [], use_regex, hidden),
        of_kind(file_type), aged(age, age_stamp), sized(size), permitting(mode, exact_mode),
        # Of all else than files it finds any, and with file_type: any whatever is in them (measured, core 2.19).
        containing(contains, read_whole_file, encoding) if file_type == "file" else None,
    ]
    skipped, examined, files = {}, 0, []
    for path, have in everything(paths, recurse, depth, follow, skipped):
        examined += 1
        if limit is not None and len(files) >= limit:
            break
        if all(test(path, have) for test in tests if test):
            files.append(entry(path, have, checksum_algorithm if get_checksum else None))
    message = "Not all paths examined" if skipped else "All paths examined"
    return {"files": files, "matched": len(files), "examined": examined, "skipped_paths": skipped, "msg": message}


def everything(paths, recurse, depth, follow, skipped):
    """Yield (path, what lstat says) of all that is below these directories; note in `skipped` what cannot be read."""
    for top in paths:
        if not os.path.isdir(top):
            skipped[top] = "%s is not a directory" % top
            continue

        def note(error):
            skipped[error.filename] = error.strerror

        for directory, names, files in os.walk(top, onerror=note, followlinks=follow):
            names.sort()
            for name in sorted(files) + names:
                path = os.path.join(directory, name)
                try:
                    yield path, os.lstat(path)
                except FileNotFoundError:
                    pass  # It went away while we looked.
            level = len(os.path.relpath(directory, top).split(os.sep)) if directory != top else 0
            if not recurse or (depth is not None and level + 1 >= depth):
                del names[:]


def named(patterns, excludes, use_regex, hidden):
    """Return the test for a name."""
    rules = [[compiled(each if use_regex else fnmatch.translate(each)) for each in some]
             for some in (patterns, excludes)]

    def test(path, have):
        name = os.path.basename(path)
        if name.startswith(".") and not hidden:
            return False
        return any(rule.match(name) for rule in rules[0]) and not any(rule.match(name) for rule in rules[1])

    return test


def of_kind(file_type):
    kinds = {"file": stat.S_ISREG, "directory": stat.S_ISDIR, "link": stat.S_ISLNK}
    return None if file_type == "any" else lambda path, have: kinds[file_type](have.st_mode)


def aged(age, age_stamp):
    """Return the test for an age."""
    if age is None:
        return None
    seconds = quantity(age, SECONDS, "age")
    now = time.time()

    def test(path, have):
        passed = now - getattr(have, "st_" + age_stamp)
        return passed <= -seconds if age.startswith("-") else passed >= seconds

    return test


def sized(size):
    """Return the test for a size."""
    if size is None:
        return None
    limit = quantity(size, BYTES, "size")
    return lambda path, have: not stat.S_ISREG(have.st_mode) or (
        have.st_size <= -limit if size.startswith("-") else have.st_size >= limit)


def permitting(mode, exact_mode):
    """Return the test for permissions."""
    if mode is None:
        return None

    def test(path, have):
        wanted, bits = parse_mode(mode, stat.S_IFMT(have.st_mode)), stat.S_IMODE(have.st_mode)
        return bits == wanted if exact_mode else bool(bits & wanted)

    return test


def quantity(text, units, what):
    """Return the number that a text such as "-2d" stands for."""
    match = re.match(r"^(-?\d+)([%s]?)[a-z]*$" % "".join(units), text.strip().lower())
    if not match:
        raise Failure("%s: %r is no number with one of the units %s" % (what, text, ", ".join(units)))
    return int(match.group(1)) * units[match.group(2) or next(iter(units))]


def containing(contains, read_whole_file, encoding):
    """Return the test for content."""
    if contains is None:
        return None
    try:
        "".encode(encoding)
    except LookupError:
        raise Failure("encoding: Python knows none that is called %s; give one such as utf-8 or latin-1" % encoding)
    rule = compiled(contains)

    def test(path, have):
        if not stat.S_ISREG(have.st_mode):
            return False
        try:
            with open(path, encoding=encoding, errors="surrogateescape") as file:
                return bool(rule.search(file.read())) if read_whole_file else any(rule.match(line) for line in file)
        except OSError:
            return False

    return test


def entry(path, have, algorithm):
    """Return what is told of one path that was found."""
    values = dict(facts(have), path=path)
    if values["islnk"]:
        values["lnk_source"] = os.path.realpath(path)
    if algorithm and values["isreg"]:
        values["checksum"] = hash_file(path, algorithm)
    return values
