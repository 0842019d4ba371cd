"""Archives of tar, whatever they are compressed with, by way of GNU tar."""

import os
import re
import time

from muster.target.system import capture, which
from muster.target.task import Failure

LINKS = {"l": " -> ", "h": " link to "}  # How a list of tar writes them.
MEMBER = re.compile(r"([-a-zA-Z])\S+ +\S+ +\S+ (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\S* (.*)$")
DIFFERENT = re.compile(r"(.+): (Uid|Gid|Mode|Mod time|Size|Contents|Symlink|File type|Device number|Not linked).*$")
MISSING = re.compile(r"\S*tar: (.+?): Warning: Cannot .*$")


class Tarball:
    """A tar archive that is to be unpacked.

    src: its path
    dest: the directory that it is unpacked in
    rules: include and exclude (lists of patterns), extra_opts (of tar), keep_newer (bool)
    ignored: differences that count for nothing: "Uid", "Gid", "Mode"
    """

    def __init__(self, src, dest, rules, ignored):
        self.src = src
        self.dest = dest
        self.rules = rules
        self.ignored = ignored | {"Mod time"}
        self.program = which("gtar", "tar")
        if not self.program or "GNU" not in capture(self.program, "--version").stdout:
            raise Failure("unpacking %s needs GNU tar on the host: install the package tar" % src)
        self.members = self.list()

    def command(self, *options):
        excluded = ["--exclude=" + pattern for pattern in self.rules["exclude"]]
        included = ["--wildcards", "--"] + self.rules["include"] if self.rules["include"] else []
        return [self.program] + list(options) + ["--file", self.src] + self.rules["extra_opts"] + excluded + included

    def list(self):
        """Return {path in dest: seconds since 1970}; raise Failure for what is no archive of tar."""
        outcome = capture(*self.command("--list", "--verbose", "--full-time", "--utc", "--numeric-owner",
                                        "--quoting-style=literal", "--show-transformed-names"))
        if not outcome.ok:
            raise outcome.failure("cannot unpack %s: %s" % (self.src, last_line(outcome)))
        members = {}
        for kind, moment, name in filter(None, (parsed(line) for line in outcome.lines)):
            name = name.partition(LINKS[kind])[0] if kind in LINKS else name
            if name.strip("/"):  # Of --strip-components nothing may be left of a name.
                members[name] = calendar(moment)
        return members

    def differing(self):
        """Return the names of the members that are not in `dest` as they are in the archive."""
        if not os.path.isdir(self.dest):
            return list(self.members)
        outcome = capture(*self.command("--compare", "--quoting-style=literal", "--directory", self.dest))
        if outcome.rc > 1:
            raise outcome.failure("cannot compare %s with %s: %s" % (self.src, self.dest, last_line(outcome)))
        found = [match.group(1) for match in map(DIFFERENT.match, outcome.lines)
                 if match and match.group(2) not in self.ignored]
        found += [match.group(1) for match in map(MISSING.match, outcome.stderr.splitlines()) if match]
        return [name for name in sorted(set(found)) if name.strip("/: ") and not self.spared(name)]

    def spared(self, name):
        """Tell whether the file that is there is newer, where such files are kept."""
        moment = self.members.get(name, self.members.get(name + "/"))
        path = os.path.join(self.dest, name)
        return self.rules["keep_newer"] and moment is not None and os.path.lexists(path) and (
            os.lstat(path).st_mtime > moment)

    def unpack(self, _):
        """Unpack all of it: tar finds no member sooner than it reads the rest."""
        newer = ["--keep-newer-files"] if self.rules["keep_newer"] else []
        outcome = capture(*self.command("--extract", "--directory", self.dest, *newer), stream=True)
        if not outcome.ok:
            raise outcome.failure("cannot unpack %s in %s: %s" % (self.src, self.dest, last_line(outcome)))


def parsed(line):
    """Return kind, time and name of a member, from a line of a verbose list; None for another line."""
    match = MEMBER.match(line)
    return match.groups() if match else None


def calendar(moment):
    """Return seconds since 1970 for "2026-11-25 06:28:25", which is universal time."""
    from calendar import timegm

    return timegm(time.strptime(moment, "%Y-%m-%d %H:%M:%S"))


def last_line(outcome):
    """Return what tar complains of: the last line but for the one that only says that it failed."""
    lines = [line for line in outcome.stderr.splitlines() if "Exiting with failure" not in line and "Child" not in line]
    return lines[-1] if lines else "tar ended with %d" % outcome.rc
