"""RPM packages: what rpm and dnf know, and transactions of dnf.

Everything goes through the command line tools, so no Python bindings are needed, whichever Python runs this.
"""

import re

from muster.target import holders, holds
from muster.target.recall import recall
from muster.target.system import Outcome, capture, which
from muster.target.task import Change, Failure

PID_FILES = ("/var/cache/dnf/metadata_lock.pid", "/var/cache/dnf/download_lock.pid", "/var/lib/dnf/rpmdb_lock.pid",
             "/run/yum.pid")
RPM_LOCKS = ("/var/lib/rpm/.rpm.lock", "/usr/lib/sysimage/rpm/.rpm.lock")
# rpm's databases: sqlite with its log, and the formats before it, where Amazon Linux and where Fedora keep them.
DATABASES = tuple(
    place + name for place in ("/var/lib/rpm/", "/usr/lib/sysimage/rpm/")
    for name in ("rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages", "Packages.db"))
LOCKED = 200  # What dnf ends with under exit_on_lock; without that it would wait for ever, and silently.
# A repository that cannot be reached must not look like one without news (Amazon Linux and Fedora skip it).
NO_SKIPPING = ("--setopt=skip_if_unavailable=False", "--setopt=*.skip_if_unavailable=False")
EVR = "%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}"


def program():
    """Return the package manager's command; raise Failure when there is none."""
    found = which("dnf", "yum")
    if found is None:
        raise Failure("neither dnf nor yum is on this host; use the task type of its own package manager, or `package`")
    return found.rsplit("/", 1)[1]


def packages(root=()):
    """Return what is installed, {(name, architecture): [version, ...]}; kernels have several versions.

    root: options for rpm that name another root
    """
    if root:
        return query(root)
    return recall("rpm", DATABASES, query)


def query(root=()):
    """Ask rpm for `packages`."""
    form = "%{NAME}\t%{ARCH}\t" + EVR + "\n"
    found = {}
    for line in capture("rpm", *(tuple(root) + ("-qa", "--qf", form)), check=True).lines:
        name, architecture, version = line.split("\t")
        if name != "gpg-pubkey":
            found.setdefault((name, architecture), []).append(version)
    return found


def difference(before, after):
    """Return what changed between two results of `packages`, [{"name", "old", "new"}, ...]."""
    changed = []
    for key in sorted(set(before) | set(after)):
        old = sorted(set(before.get(key, ())) - set(after.get(key, ())))
        new = sorted(set(after.get(key, ())) - set(before.get(key, ())))
        for index in range(max(len(old), len(new))):
            changed.append({"name": key[0], "old": old[index] if index < len(old) else None,
                            "new": new[index] if index < len(new) else None})
    return changed


def missing(specs, root=()):
    """Return what is not installed of name, name-version, name-version-release, with or without .architecture."""
    if not specs:
        return []
    known = forms(packages(root))
    return [spec for spec in specs if re.sub(r"-\d+:", "-", re.sub(r"^\d+:", "", spec)) not in known]


def forms(found):
    """Return all ways to name what is installed, without epochs, which rpm does not want there."""
    known = set()
    for (name, architecture), versions in found.items():
        plain = [each.rpartition(":")[2] for each in versions]
        for version in [""] + ["-" + each for each in plain] + ["-" + each.rpartition("-")[0] for each in plain]:
            known.update((name + version, "%s%s.%s" % (name, version, architecture)))
    return known


def provided(specs, root=()):
    """Return those of files and capabilities that something installed provides."""
    return [each for each in specs if capture("rpm", *(tuple(root) + ("-q", "--whatprovides", each))).ok]


def transaction(words, flags=(), lock_timeout=30):
    """Return the change that runs one dnf transaction; its outcome is an `Outcome`.

    words: verb and packages, what the reader sees
    """
    command = program()
    argv = [command, "-y", "--setopt=exit_on_lock=True"] + list(flags) + list(words)

    def do():
        outcome = patient(argv, lock_timeout)
        if not outcome.ok:
            raise failure(outcome)
        return outcome

    return Change("%s %s" % (command, " ".join(words)), do, predicted=Outcome(argv))


def ask(words, flags=(), lock_timeout=30, rc=(0,)):
    """Run a query of dnf and return its `Outcome`; raise Failure when it ends with another status than these."""
    outcome = patient([program(), "-q", "--setopt=exit_on_lock=True"] + list(flags) + list(words), lock_timeout, False)
    if outcome.rc not in rc:
        raise failure(outcome)
    return outcome


def preview(words, flags=(), lock_timeout=30):
    """Return what a transaction would do, [{"name", "old", "new"}, ...]; raise Failure when dnf could not."""
    outcome = patient([program(), "--assumeno", "--setopt=exit_on_lock=True"] + list(flags) + list(words),
                      lock_timeout, False)
    if not outcome.ok and "Operation aborted" not in outcome.stdout + outcome.stderr:
        raise failure(outcome)
    return parse_preview(outcome.stdout)


ROW = re.compile(r"(\S+)\s+(\S+)\s+(\S+)\s+(@?\S+)\s+[\d.]+ ?[kMG ]?\s*(?:\n|$)")


def parse_preview(text):
    """Parse the table of dnf 4 that stands between "Dependencies resolved" and "Transaction Summary".

    Long names break a row in two lines, so each section is read as one text.
    """
    table = text.partition("Dependencies resolved.")[2].partition("Transaction Summary")[0]
    steps = []
    for section in re.split(r"\n(?=[A-Z][A-Za-z ,]*:\n)", table)[1:]:
        title, _, rows = section.partition(":\n")
        rows = re.sub(r"\n     replacing .*", "", rows)
        for name, _, version, _ in ROW.findall(rows):
            steps.append({"name": name, "old": version if title.startswith("Removing") else None,
                          "new": None if title.startswith("Removing") else version})
    return steps


def options(**arguments):
    """Return arguments as dnf's options: true gives --name, text --name=text, a list one of these with commas.

    >>> options(nobest=True, best=False, exclude=["a", "b"])
    ['--exclude=a,b', '--nobest']
    """
    words = []
    for name, value in sorted(arguments.items()):
        if value is True:
            words.append("--" + name)
        elif value:
            words.append("--%s=%s" % (name, value if isinstance(value, str) else ",".join(value)))
    return words


def updates(names, flags, lock_timeout):
    """Return newer versions of installed packages, as name-version.arch, as far as nothing holds them back."""
    if not names:
        return []
    return parse_updates(ask(["check-update"] + names, flags, lock_timeout, rc=(0, 100)).stdout)


def parse_updates(text):
    """Parse `dnf -q check-update`: lines of name.arch, version, repository, up to the obsoletes."""
    found = []
    for line in text.partition("Obsoleting Packages")[0].splitlines():
        words = line.split()
        if len(words) == 3 and "." in words[0]:
            name, _, architecture = words[0].rpartition(".")
            found.append("%s-%s.%s" % (name, words[1], architecture))
    return found


def patient(argv, lock_timeout, stream=True):
    """Run dnf when nobody else does; its `Outcome`."""
    return holders.wait_while_locked(lambda: capture(*argv, stream=stream), holder, is_locked, lock_timeout)


def holder():
    return holders.of_pid_files(PID_FILES) or holders.of_files(RPM_LOCKS)


def is_locked(outcome):
    return outcome.rc == LOCKED or "can't create transaction lock" in outcome.stderr


HINTS = (
    ("Unable to find a match", "the name is wrong, or it is in a repository that is not enabled (enablerepo)"),
    ("filtered out by exclude filtering", "it is held or excluded; %s, disable_excludes: all takes what is excluded"
     % holds.LET_GO["dnf"]),
    ("Transaction test error", "nothing was changed"),
    ("GPG check FAILED", "import the repository's key with rpm_key"),
    ("This command has to be run with superuser privileges", "become: true"),
)


def failure(outcome):
    """Return the `Failure` for a dnf that went wrong: its own error lines, and what to do."""
    printed = outcome.stdout + "\n" + outcome.stderr
    lines = printed.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith("Error:")), None)
    last = (outcome.stderr.strip() or outcome.stdout.strip()).splitlines()[-3:]
    told = [line.strip() for line in (lines[start:start + 4] if start is not None else last)]
    text = "; ".join(filter(None, told)) or "%s ended with %d" % (outcome.argv[0], outcome.rc)
    hints = [hint for sign, hint in HINTS if sign in printed]
    return Failure(text + "".join(" (%s)" % hint for hint in hints), rc=outcome.rc, stdout=outcome.stdout,
                   stderr=outcome.stderr, cmd=list(outcome.argv))


FIELDS = ("name", "arch", "epoch", "version", "release", "repo")
QUERIES = {"installed": ["--installed"], "available": ["--available"], "updates": ["--upgrades"],
           "upgrades": ["--upgrades"]}


def listed(what, flags=(), lock_timeout=30):
    """Return what `dnf list` would show, as {name, arch, epoch, version, release, repo, envra, nevra, yumstate} each.

    what: installed, available, updates, repos, or the name of a package, which may have wildcards
    """
    if what in ("repos", "repositories"):
        lines = ask(["repolist", "--enabled"], flags, lock_timeout).lines[1:]
        return [{"repoid": line.split()[0], "state": "enabled"} for line in lines if line.strip()]
    form = "%{name}\t%{arch}\t%{epoch}\t%{version}\t%{release}\t%{reponame}"
    found = []
    for query in [QUERIES[what]] if what in QUERIES else [["--installed", what], ["--available", what]]:
        for line in ask(["repoquery", "--qf", form] + query, flags, lock_timeout).lines:
            if line.count("\t") == len(FIELDS) - 1:
                found.append(entry(line.split("\t"), query[0] == "--installed"))
    return found


def entry(values, installed):
    """Return one package of `listed`."""
    told = dict(zip(FIELDS, values), yumstate="installed" if installed else "available")
    told["nevra"] = "{name}-{epoch}:{version}-{release}.{arch}".format(**told)
    return dict(told, envra="{epoch}:{name}-{version}-{release}.{arch}".format(**told))
