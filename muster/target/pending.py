"""Which updates a host has not installed, and which of them fix security.

"Nothing to do" must be evidence. Wherever the answer cannot be known (a repository that does not answer, advisories
that are missing or cannot be read) there is a reason in `Pending.unknown`. Facts measured on dnf 4.14 and apt 2.6.
"""

import glob
import os
import re
import time

from muster.target import apt, dnf
from muster.target.candidates import SECURITY_SUITE, policy
from muster.target.system import capture
from muster.target.task import Failure
from muster.target.versions import newest


class Update:
    """One package with a newer version.

    installed, candidate: versions; candidate is what an ordinary upgrade would install
    fix: the version to install for security alone, or None
    security: None where the repository says nothing about security
    pinned: held, locked or excluded, so that an ordinary upgrade leaves it
    """

    def __init__(self, name, installed, candidate, security, fix=None, pinned=False, architecture=""):
        self.name = name
        self.architecture = architecture
        self.installed = installed
        self.candidate = candidate
        self.security = security
        self.fix = fix
        self.pinned = pinned
        self.advisories = []
        self.cves = []
        self.severity = None

    def plain(self):
        """Return it as plain data."""
        return {"name": self.name, "installed": self.installed, "candidate": self.candidate, "security": self.security,
                "fix": self.fix, "pinned": self.pinned, "advisories": self.advisories, "cves": self.cves,
                "severity": self.severity}


class Pending:
    """What `on_apt` and `on_dnf` find.

    updates: list of `Update`
    unknown: reasons for which the answer is not the whole truth
    silent: repositories with updates and without advisories; a reason too, but others are known all the same
    age: of the metadata in seconds, or None
    """

    def __init__(self):
        self.updates = []
        self.unknown = []
        self.silent = []
        self.age = None

    @property
    def security(self):
        return [update for update in self.updates if update.security]


def on_apt(cache_valid_time, lock_timeout):
    """Return the `Pending` of a Debian or Ubuntu host."""
    pending = Pending()
    if apt.stale(cache_valid_time):
        try:
            apt.fetch_lists(lock_timeout)
        except Failure as failure:
            pending.unknown.append(failure.message)
    pending.age = max(0, int(time.time()) - apt.updated_at())
    if not SECURITY_SUITE.search(capture("apt-cache", "policy", check=True).stdout):
        pending.unknown.append("no security suite is among the sources of apt")
    known = apt.packages()
    names = sorted(name for name, package in known.items() if ":" not in name and package.installed)
    for name, found in sorted(policy(names).items()):
        if found.outdated or found.fix:
            held = known[name].held or not found.outdated
            pending.updates.append(Update(name, found.installed, found.candidate, bool(found.fix), found.fix, held))
    return pending


def on_dnf(cache_valid_time, lock_timeout, releasever=None):
    """Return the `Pending` of a host with dnf 4.

    releasever: release to look at; Amazon Linux 2023 by default sees only the one it was made from
    """
    pending = Pending()
    flags = list(dnf.NO_SKIPPING) + (["--releasever=" + releasever] if releasever else [])
    fresh = ["--refresh"] if not cache_valid_time else [
        "--setopt=metadata_expire=%d" % cache_valid_time, "--setopt=*.metadata_expire=%d" % cache_valid_time]
    try:
        collect(pending, flags, fresh, lock_timeout)
    except Failure as failure:
        pending.unknown.append(failure.message)
    # Metadata that was asked for again and found unchanged keeps its time.
    pending.age = 0 if fresh == ["--refresh"] and not pending.unknown else metadata_age()
    return pending


def metadata_age(pattern="/var/cache/dnf/*/repodata/repomd.xml"):
    """Return the seconds since dnf last fetched metadata, or None when it has none."""
    times = [os.stat(path).st_mtime for path in glob.glob(pattern)]
    return max(0, int(time.time() - max(times))) if times else None


def collect(pending, flags, fresh, lock_timeout):
    """Fill in what dnf says. Version locks and excludes hide packages from check-update, not from these queries."""

    def ask(*words, rc=(0,)):
        return dnf.ask(words, flags, lock_timeout, rc).stdout

    if not ask("repolist", "--enabled").strip():
        pending.unknown.append("no repository is enabled")
        return
    form = "%{name}\t%{arch}\t%{evr}\t%{repoid}"
    offered = ask("repoquery", *fresh, "--upgrades", "--latest-limit=1", "--disableexcludes=all", "--qf", form)
    rows = [line.split("\t") for line in offered.splitlines() if line.count("\t") == 3]
    if not rows:
        return
    free = set(dnf_names(ask("check-update", rc=(0, 100))))
    advised = {repository for repository in {row[3] for row in rows}
               if ask("updateinfo", "list", "--all", "--repo=" + repository).strip()}
    have = dnf.packages()
    for name, architecture, version, repository in rows:
        update = Update(name, newest(have.get((name, architecture), [])), version,
                        False if repository in advised else None, pinned="%s.%s" % (name, architecture) not in free,
                        architecture=architecture)
        pending.updates.append(update)
    fixes = ("updateinfo", "list", "--security")
    read_advisories(pending, ask(*fixes), ask(*(fixes + ("--with-cve",))))
    silent = sorted({row[3] for row in rows} - advised)
    if silent:
        pending.unknown.append("the advisories of %s are missing or cannot be read, so it is not known which of its "
                               "updates fix security" % ", ".join(silent))
        # Vendors' repositories often have none. Where nobody has any, the fault is rather the host's own.
        pending.silent = silent if ask("updateinfo", "list", "--all").strip() else []


def dnf_names(text):
    """Return name.arch of every line of `dnf check-update`."""
    return [line.split()[0] for line in text.partition("Obsoleting Packages")[0].splitlines() if len(line.split()) == 3]


ADVISORY = re.compile(r"^(?:[i ] )?(\S+) +(\S+) +(\S+)-([^-\s]+-[^-\s]+)\.([^.\s]+)$", re.M)


def parse_advisories(text):
    """Parse `dnf updateinfo list`: [(id, severity, name, version, architecture), ...].

    Lines such as "ALAS-2024-1 Important/Sec. demo-1.0-2.noarch"; severity "Important", or None where it has none.
    """
    found = []
    for identity, kind, name, version, architecture in ADVISORY.findall(text):
        severity = kind.partition("/")[0] if "/" in kind and not kind.startswith("Unknown") else None
        found.append((identity, severity, name, version, architecture))
    return found


SEVERITIES = (None, "Low", "Moderate", "Medium", "Important", "Critical")


def read_advisories(pending, advisories, cves):
    """Mark the updates that fix security, from `updateinfo list --security` without and with CVEs."""
    by_name = {(update.name, update.architecture): update for update in pending.updates}
    for identity, severity, name, version, architecture in parse_advisories(advisories):
        update = by_name.get((name, architecture))
        if update is None:
            continue
        update.security = True
        update.fix = newest([version] + ([update.fix] if update.fix else []))
        if identity not in update.advisories:
            update.advisories.append(identity)
        if severity in SEVERITIES:
            update.severity = max(severity, update.severity, key=SEVERITIES.index)
    for identity, _, name, _, architecture in parse_advisories(cves):
        update = by_name.get((name, architecture))
        if update is not None and identity.startswith("CVE-") and identity not in update.cves:
            update.cves.append(identity)
