"""Debian packages: what dpkg and apt know, and transactions of apt-get.

Everything goes through the command line tools, so no Python bindings are needed, whichever Python runs this.
"""

import fnmatch
import os
import re
import time

from muster.target import holders
from muster.target.recall import recall
from muster.target.system import Outcome, capture
from muster.target.task import Change, Failure

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
SECURITY_SUITE = re.compile(r"(-security|/updates)/")


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


class Candidate:
    """One package in `apt-cache policy`.

    installed, candidate: versions, or None
    versions: [(version, [suite, ...]), ...] newest first, suites such as "bookworm-security/main"
    """

    def __init__(self, name):
        self.name = name
        self.installed = None
        self.candidate = None
        self.versions = []

    @property
    def newer(self):
        """The part of the version table above what is installed."""
        if self.installed is None:
            return self.versions
        names = [version for version, _ in self.versions]
        return self.versions[:names.index(self.installed)] if self.installed in names else []

    @property
    def outdated(self):
        """Tell whether apt would upgrade it, holds apart."""
        return self.candidate is not None and self.candidate in [version for version, _ in self.newer]

    @property
    def fix(self):
        """The newest version from a security suite above the installed one, or None.

        The candidate alone does not tell: a still newer version of an ordinary update may hide the fix.
        """
        for version, suites in self.newer:
            if any(SECURITY_SUITE.search(suite) for suite in suites):
                return version
        return None


def policy(names):
    """Return {name: Candidate} for these packages, out of one `apt-cache policy`."""
    return parse_policy(capture("apt-cache", "policy", *names, check=True).stdout) if names else {}


def parse_policy(text):
    """Parse what `apt-cache policy NAME...` prints.

        demo:
          Installed: 1.0
          Candidate: 1.1
          Version table:
             1.1 500
                500 http://deb.example.com bookworm-updates/main amd64 Packages
         *** 1.0 100
                100 /var/lib/dpkg/status
    """
    found, current = {}, None
    for line in text.splitlines():
        words = line.replace("***", "", 1).split()
        if line[:1] not in (" ", "") and line.endswith(":"):
            current = found[line[:-1]] = Candidate(line[:-1])
        elif not words or current is None or words[:2] == ["Version", "table:"]:
            continue
        elif words[0] in ("Installed:", "Candidate:"):
            setattr(current, words[0][:-1].lower(), None if words[1] == "(none)" else words[1])
        elif line.startswith("        "):
            if len(words) > 2:
                current.versions[-1][1].append(words[2])
        elif line.startswith(("     ", " ***")):
            current.versions.append((words[0], []))
    return found


def origins(names):
    """Return {(name, installed version): Origin of the first repository that has it, such as "Debian"}.

    names: name:architecture, as the policy of all packages together takes no longer than that of one
    """
    of_index, place = {}, ""
    for line in capture("apt-cache", "policy", check=True).lines:
        words = line.split()
        if words[:1] == ["release"]:
            of_index[place] = dict(part.split("=", 1) for part in " ".join(words[1:]).split(",") if "=" in part)
        elif words[:1] and re.match(r"-?\d+$", words[0]):
            place = " ".join(words[1:])
    found, current, version = {}, None, None
    for line in (capture("apt-cache", "policy", *names, check=True).lines if names else ()):
        words = line.split()
        if not line.startswith(" "):
            current, version = line.rstrip(":").partition(":")[0], None
        elif line.startswith(" *** "):
            version = words[1]
        elif version and line.startswith("        "):
            origin = of_index.get(" ".join(words[1:]), {}).get("o", "")
            found[current, version] = found.get((current, version)) or origin
        else:
            version = None
    return found


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


def update(lock_timeout=60):
    """Return the change that fetches the lists of packages."""
    return Change("apt-get update", lambda: fetch_lists(lock_timeout), predicted=Outcome(["apt-get", "update"]))


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
    ("Held packages were changed", "the package is held; allow_change_held_packages: true overrides the hold"),
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
