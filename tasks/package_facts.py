"""Facts about installed packages."""

from muster.target import apt
from muster.target.candidates import origins
from muster.target.distribution import package_manager
from muster.target.system import capture, which
from muster.target.task import Choice, Failure, task, warn

ALIASES = {"dnf": "rpm", "dnf5": "rpm", "yum": "rpm", "zypper": "rpm", "auto": "auto"}
PROGRAMS = {"apt": "dpkg-query", "rpm": "rpm", "pacman": "pacman"}


@task(reads=True, facts=True)
def package_facts(manager: [str] = ("auto",), strategy: Choice("first", "all") = "first"):
    """Gather the installed packages as the fact `packages`.

    manager: auto (the host's own before others it may have), apt, rpm (or dnf, dnf5, yum, zypper: the same), pacman
    strategy: first takes the first of the managers that has packages, all those of each that is on the host

    Example:
      - package_facts:
      - assert: {that: "'telnetd' not in ansible_facts.packages"}

    Returns:
      ansible_facts: packages, {name: [{name, version, arch, source}]}, several where several are installed; of apt
        also category (as the package itself says) and origin, of rpm release and epoch
    """
    readers = {"apt": from_dpkg, "rpm": from_rpm, "pacman": from_pacman}
    wanted = []
    for each in manager:
        each = ALIASES.get(each, each)
        if each != "auto" and each not in readers:
            raise Failure("installed packages can be told for apt, rpm and pacman, not for %s" % each)
        wanted += own_first() if each == "auto" else [each]
    wanted = list(dict.fromkeys(wanted))
    usable = [each for each in wanted if which(PROGRAMS[each])]
    if not usable:
        raise Failure("no package manager among %s is on this host" % ", ".join(wanted))
    found = {}
    for each in wanted:
        if each in usable:
            for entry in readers[each]():
                found.setdefault(entry["name"], []).append(entry)
        elif "auto" not in manager:
            warn("the package manager %s is not on this host" % each)
        if found and strategy == "first":
            break
    return {"ansible_facts": {"packages": found}}


def own_first():
    """Return all managers, that of this distribution first: rpm on Debian or dpkg on Fedora is only a tool."""
    own = package_manager()
    return sorted(PROGRAMS, key=lambda each: each != ALIASES.get(own, own))


def from_dpkg():
    form = "${Package}\t${Version}\t${Architecture}\t${Section}\t${db:Status-Abbrev}\n"
    found = []
    for line in capture("dpkg-query", "-W", "-f", form, check=True).lines:
        name, version, architecture, section, status = line.split("\t")
        if apt.Package(name, architecture, version, status, []).installed:
            found.append({"name": name, "version": version, "arch": architecture, "category": section, "source": "apt"})
    names = ["%s:%s" % (each["name"], each["arch"]) for each in found]
    origin = origins(names) if which("apt-cache") else {}
    return [dict(each, origin=origin.get((each["name"], each["version"]), "")) for each in found]


def from_rpm():
    form = "%{NAME}\t%{EPOCHNUM}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\n"
    for line in capture("rpm", "-qa", "--qf", form, check=True).lines:
        name, number, epoch, version, release, architecture = line.split("\t")
        yield {"name": name, "version": version, "release": release, "source": "rpm",
               "arch": None if architecture == "(none)" else architecture,  # As it is of the keys that rpm trusts.
               "epoch": None if epoch == "(none)" else int(number)}


def from_pacman():
    for line in capture("pacman", "-Q", check=True).lines:
        name, version = line.split()
        yield {"name": name, "version": version, "source": "pacman"}
