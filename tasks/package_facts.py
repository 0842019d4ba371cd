"""Facts about installed packages."""

from muster.target import apt
from muster.target.distribution import package_manager
from muster.target.system import capture
from muster.target.task import Failure, task


@task(reads=True, facts=True)
def package_facts(manager: [str] = ("auto",), strategy: str = "first"):
    """Gather the installed packages as the fact `packages`.

    manager: auto, apt or rpm
    strategy: first or all, of the managers named

    Example:
      - package_facts:
      - assert: {that: "'telnetd' not in ansible_facts.packages"}

    Returns:
      ansible_facts: packages, {name: [{name, version, arch, source, ...}]}
    """
    wanted = [each for each in manager if each != "auto"] or ["apt" if package_manager() == "apt" else "rpm"]
    readers = {"apt": from_dpkg, "rpm": from_rpm, "dnf": from_rpm, "yum": from_rpm}
    found = {}
    for each in wanted:
        if each not in readers:
            raise Failure("installed packages can be told for apt and rpm, not for %s" % each)
        for entry in readers[each]():
            found.setdefault(entry["name"], []).append(entry)
        if found and strategy == "first":
            break
    return {"ansible_facts": {"packages": found}}


def from_dpkg():
    form = "${Package}\t${Version}\t${Architecture}\t${Section}\t${Origin}\t${db:Status-Abbrev}\n"
    for line in capture("dpkg-query", "-W", "-f", form, check=True).lines:
        name, version, architecture, section, origin, status = line.split("\t")
        if apt.Package(name, architecture, version, status, []).installed:
            yield {"name": name, "version": version, "arch": architecture, "category": section, "origin": origin,
                   "source": "apt"}


def from_rpm():
    form = "%{NAME}\t%{EPOCHNUM}\t%{EPOCH}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\n"
    for line in capture("rpm", "-qa", "--qf", form, check=True).lines:
        name, number, epoch, version, release, architecture = line.split("\t")
        yield {"name": name, "version": version, "release": release, "arch": architecture, "source": "rpm",
               "epoch": None if epoch == "(none)" else int(number)}
