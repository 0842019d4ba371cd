"""Debian packages: what dpkg and apt know, and transactions of apt-get.

Everything goes through the command line tools, so no Python bindings are needed, whichever Python runs this.
"""

import fnmatch
import os
import re
import time

from muster.target import holders, holds
from muster.target.recall import recall
from muster.target.system import Outcome, capture
from muster.target.task import Change, Failure, context

LISTS = "/var/lib/apt/lists"
STAMP = "/var/lib/apt/periodic/update-success-stamp"
STATUS = "/var/lib/dpkg/status"  # Of all packages; written anew by whatever changes one of them.
DPKG_LOCKS = ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock", "/var/cache/apt/archives/lock")
LISTS_LOCKS = (LISTS + "/lock",)
# needrestart would otherwise ask on a terminal that is not there; "l" only lists.
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "DEBIAN_PRIORITY": "critical", "NEEDRESTART_MODE": "l",
         "APT_LISTCHANGES_FRONTEND": "none"}
KEEP_CONFFILES = ("force-confdef", "force-confold")
INST = re.compile(r"^(Inst|Remv|Purg) (\S+)(?: \[([^\]]*)\])?(?: \((\S+))?")


class Package:
    """A package as dpkg has it: name, architecture, version, status ("ii", "rc", "hi"), names it provides."""

    def __init__(self, name, architecture, version, status, provides):
        self.name = name
        self.architecture = architecture
        self.version = version
        self.status = status
        self.provides = provides

    @property
    def installed(self):
        # W and t are packages whose triggers are still to run.
        return self.status[1:2] in ("i", "W", "t")

    @property
    def held(self):
        return self.status[:1] == "h"

    @property
    def configured(self):
        """Tell whether only configuration files are left."""
        return self.status[1:2] == "c"


def packages():
    """Return what dpkg knows, {name: Package}; a foreign architecture is under name:architecture as well."""
    form = "${Package}\t${Architecture}\t${Version}\t${db:Status-Abbrev}\t${Provides}\n"
    return recall("dpkg", [STATUS], lambda: parse_packages(capture("dpkg-query", "-W", "-f", form, check=True).stdout))


def parse_packages(text):
    found = {}
    for line in text.splitlines():
        name, architecture, version, status, provides = line.split("\t")
        virtual = re.sub(r"\([^)]*\)", "", provides).replace(",", " ").split()
        package = Package(name, architecture, version, status, virtual)
        if name not in found or not found[name].installed:
            found[name] = package
        found["%s:%s" % (name, architecture)] = package
    return found


def expand(pattern, names):
    """Return the names that a pattern with wildcards matches; a plain name is returned as it is.

    >>> expand("demo-*", ["demo-a", "other"])
    ['demo-a']
    """
    if not any(sign in pattern for sign in "*?["):
        return [pattern]
    return sorted(name for name in names if ":" not in name and fnmatch.fnmatch(name, pattern))


def simulate(*arguments):
    """Return what apt-get would do, [{"name", "old", "new"}, ...]; raise Failure when it could not.

    old is None for a new package, new is None for one that goes
    """
    outcome = capture("apt-get", "-s", "-q", *arguments, env=QUIET)
    if not outcome.ok:
        raise failure(outcome)
    return parse_simulation(outcome.stdout)


def parse_simulation(text):
    steps = []
    for line in text.splitlines():
        match = INST.match(line)
        if match:
            verb, name, old, new = match.groups()
            steps.append({"name": name, "old": old, "new": new if verb == "Inst" else None})
    return steps


def transaction(words, options=(), lock_timeout=60, env=None, around=None):
    """Return the change that runs one apt-get transaction; its outcome is an `Outcome`.

    words: verb and packages, what the reader sees
    options: apt-get's options
    around: function (run) that is given the running of it, to put things around it
    """
    argv = ["apt-get", "-y", "-q"] + list(options) + list(words)
    environment = dict(QUIET, **(env or {}))

    def attempt():
        return capture(*argv, env=environment, stream=True)

    def do():
        runner = around or (lambda run: run())
        outcome = runner(lambda: patient(attempt, DPKG_LOCKS, lock_timeout))
        if not outcome.ok:
            raise failure(outcome)
        return outcome

    return Change("apt-get " + " ".join(words), do, predicted=Outcome(argv))


def patient(attempt, locks, lock_timeout):
    """Run a command when apt's locks are free. apt-get can wait for dpkg's lock, but not for that of the lists."""
    return holders.wait_while_locked(attempt, lambda: holders.of_files(locks), is_locked, lock_timeout)


def is_locked(outcome):
    """Tell whether apt-get gave up because of a lock, before it did anything."""
    return outcome.rc == 100 and re.search("Could not get lock|Unable to acquire the dpkg|Unable to lock",
                                           outcome.stderr) is not None


def update(lock_timeout=60, retries=0, longest=12):
    """Return the change that fetches the lists of packages; see `fetch_patiently`."""
    return Change("apt-get update", lambda: fetch_patiently(lock_timeout, retries, longest),
                  predicted=Outcome(["apt-get", "update"]))


def fetch_patiently(lock_timeout, retries, longest):
    """Fetch the lists, again where a repository does not answer.

    retries: how often again
    longest: seconds between two attempts at most; they begin with 1 and double
    """
    for attempt in range(retries):
        try:
            return fetch_lists(lock_timeout)
        except Failure as failure:
            pause = min(2 ** attempt, longest)
            context.output("%s; trying again in %d s\n" % (failure.message, pause))
            time.sleep(pause)
    return fetch_lists(lock_timeout)


def fetch_lists(lock_timeout):
    """Fetch the lists of packages; raise Failure if any repository did not answer.

    By itself apt-get ends with 0 when a repository cannot be reached, and goes on with its old list.
    """
    argv = ("apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any")
    outcome = patient(lambda: capture(*argv, env=QUIET, stream=True), LISTS_LOCKS, lock_timeout)
    printed = outcome.stdout + outcome.stderr
    if not outcome.ok or re.search("^(W: Failed to fetch|W: Some index files|Err:)", printed, re.M):
        raise failure(outcome, "the lists of packages could not be fetched")
    os.utime(LISTS)  # apt leaves the time alone when nothing was new.
    return outcome


def updated_at():
    """Return when the lists were last fetched, in seconds since 1970; 0 when they never were."""
    newest = 0
    for path in (LISTS, STAMP):
        try:
            newest = max(newest, os.stat(path).st_mtime)
        except OSError:
            continue
    return int(newest) if any(name.endswith("Release") for name in list_directory(LISTS)) else 0


def list_directory(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def stale(seconds):
    """Tell whether the lists are older than this many seconds."""
    return updated_at() + seconds < time.time()


HINTS = (
    ("dpkg was interrupted", "an earlier transaction was broken off; mend it with: dpkg --configure -a"),
    ("Unable to locate package", "the name is wrong, or the lists are old (update_cache: true)"),
    ("Unmet dependencies", "apt-get -f install (state: fixed) mends broken dependencies"),
    ("Held packages were changed", holds.LET_GO["apt"] + ", allow_change_held_packages: true changes it all the same"),
    ("remove is disabled", "fail_on_autoremove permits no package to go"),
    ("Packages were downgraded", "allow_downgrade: true permits going back to an older version"),
)


def failure(outcome, before=""):
    """Return the `Failure` for an apt-get that went wrong: its own error lines, and what to do."""
    lines = [line[3:] for line in (outcome.stdout + "\n" + outcome.stderr).splitlines() if line.startswith("E: ")]
    lines = lines or (outcome.stderr.strip() or outcome.stdout.strip()).splitlines()[-3:]
    text = "; ".join(lines) or "apt-get ended with %d" % outcome.rc
    everything = outcome.stdout + outcome.stderr
    hints = [hint for sign, hint in HINTS if sign.lower() in everything.lower()]
    message = "%s: %s" % (before, text) if before else text
    return Failure(message + "".join(" (%s)" % hint for hint in hints), rc=outcome.rc, stdout=outcome.stdout,
                   stderr=outcome.stderr, cmd=list(outcome.argv))


def difference(before, after):
    """Return what changed between two results of `packages`, [{"name", "old", "new"}, ...]."""
    changed = []
    for name in sorted(set(before) | set(after)):
        if ":" in name:
            continue
        old, new = installed_version(before, name), installed_version(after, name)
        if old != new:
            changed.append({"name": name, "old": old, "new": new})
    return changed


def installed_version(known, name):
    """Return the installed version of a package, or None."""
    package = known.get(name)
    return package.version if package and package.installed else None
