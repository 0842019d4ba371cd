"""Packages of Arch: what pacman knows, and its transactions. From its manual page; tried on scripts only."""

import re

from muster.target import holders
from muster.target.recall import recall
from muster.target.system import Outcome, capture
from muster.target.task import Change

DATABASE = "/var/lib/pacman/local"  # A directory for each package, so its time changes with any of them.
UPDATE = re.compile(r"^(\S+) (\S+) -> (\S+)( \[ignored\])?$", re.M)


def installed(program="pacman"):
    """Return what is installed, {name: version}."""
    def read():
        return dict(line.split()[:2] for line in capture(program, "-Q", check=True).lines)

    return recall(("pacman", program), [DATABASE], read)


def missing(specs, have, program="pacman"):
    """Return what no installed package answers of names, `name=version` and names that others provide."""
    unsure = [each for each in specs if each not in have]
    return capture(program, "-T", *unsure).lines if unsure else []


def updates(program="pacman"):
    """Return {name: (installed, newer version, whether pacman.conf has it ignored)}."""
    found = UPDATE.findall(capture(program, "-Qu").stdout)  # It ends with 1 where there is none.
    return {name: (old, new, bool(ignored)) for name, old, new, ignored in found}


def members(group, known, program="pacman"):
    """Return the packages of a group; the name itself where there is no such group.

    known: -Sg for all of the group, -Qg for those that are installed
    """
    found = [line.split()[1] for line in capture(program, known, group).lines if len(line.split()) == 2]
    return found or [group]


def noted(names, reason, program="pacman"):
    """Return which of these installed packages are noted for another reason than "dependency" or "explicit"."""
    other = capture(program, "-Qqe" if reason == "dependency" else "-Qqd").lines
    return [each for each in names if each in other]


def in_file(place, program="pacman"):
    """Return (name, version) of the package in a file or at a URL."""
    outcome = capture(program, "-U", "--print", "--print-format", "%n %v", "--nodeps", "--nodeps", place, check=True)
    name, version = outcome.lines[-1].split()[:2]
    return name, version


def transaction(words, program="pacman", lock_timeout=60):
    """Return the change that runs one transaction of pacman; its outcome is an `Outcome`."""
    argv = [program, "--noconfirm", "--noprogressbar"] + list(words)

    def do():
        # The lock is a file that is there or not: nothing tells who made it.
        outcome = holders.wait_while_locked(
            lambda: capture(*argv, stream=True), lambda: None, is_locked, lock_timeout)
        if not outcome.ok:
            raise outcome.failure()
        return outcome

    return Change("%s %s" % (program.rpartition("/")[2], " ".join(words)), do, predicted=Outcome(argv))


def is_locked(outcome):
    return not outcome.ok and "unable to lock database" in outcome.stderr
