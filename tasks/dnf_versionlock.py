"""Versions that dnf must not leave."""

import fnmatch

from muster.target import dnf as host
from muster.target.system import capture, run
from muster.target.task import Choice, Failure, task


@task
def dnf_versionlock(
    name: [str] = (),
    state: Choice("present", "absent", "excluded", "clean") = "present",
    raw: bool = False,
):
    """Ensure packages are locked to the versions they have, or no longer are, or may not come at all.

    name: packages; may have wildcards, which stand for those that are installed
    state: present locks, absent unlocks, excluded locks versions out, clean takes all locks away
    raw: take the names for entries of the list as they are, such as "nginx-1.24*"

    Example:
      - dnf_versionlock: {name: [nginx, "php8*"]}

    Returns:
      locklist_pre: entries of the list before
      locklist_post: entries of the list afterwards
      specs_toadd: what was added
      specs_todelete: what was taken away
    """
    if state != "clean" and not name:
        raise Failure("dnf_versionlock needs the name of a package, or state: clean")
    before = entries()
    added, gone = [], []
    if state == "clean":
        gone = before
    elif state == "absent":
        gone = [each for each in before if any(fits(each, spec, raw) for spec in name)]
    else:
        sign = "!" if state == "excluded" else ""
        locked = [each[len(sign):] for each in before if each.startswith("!") == bool(sign)]
        specs = name if raw else expanded(name)
        added = [spec for spec in specs if not any(fits(each, spec, raw) for each in locked)]
    if gone and state == "clean":
        yield run(host.program(), "-q", "versionlock", "clear")
    elif gone:
        yield run(host.program(), "-q", "versionlock", "delete", "--raw", *gone)
    if added:
        verb = ["exclude" if state == "excluded" else "add"] + (["--raw"] if raw else [])
        yield run(host.program(), "-q", "versionlock", *(verb + added))
    return {"locklist_pre": before, "locklist_post": entries(), "specs_toadd": added, "specs_todelete": gone}


def entries():
    """Return the list, a text such as demo-0:1.0-1.* for each; those that begin with ! are excluded."""
    outcome = capture(host.program(), "-q", "versionlock", "list")
    if not outcome.ok:
        raise outcome.failure("dnf cannot lock versions here; install its plugin, dnf-plugins-core or "
                              "python3-dnf-plugin-versionlock")
    return [line.strip() for line in outcome.lines if line.strip()]


def fits(entry, spec, raw):
    """Tell whether an entry is this one (raw), or is about this package."""
    plain = entry.lstrip("!")
    return plain == spec.lstrip("!") if raw else fnmatch.fnmatchcase(plain.rsplit("-", 2)[0], spec)


def expanded(names):
    """Return names with wildcards filled in from the packages that are installed."""
    known = sorted({name for name, _ in host.packages()})
    found = []
    for each in names:
        wild = any(sign in each for sign in "*?[")
        found += fnmatch.filter(known, each) if wild else [each]
    return found
