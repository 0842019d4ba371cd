"""What a task names of Debian packages (`name`, `name=version`, wildcards), and what of it the host has not yet."""

import fnmatch

from muster.target.apt import expand, installed_version
from muster.target.candidates import policy
from muster.target.system import capture
from muster.target.task import Failure


def satisfied(spec, known):
    """Tell whether an installed package answers `name` or `name=version`."""
    name, _, version = spec.partition("=")
    installed = installed_version(known, name)
    if version:
        return installed is not None and fnmatch.fnmatchcase(installed, version)
    return installed is not None or provided(name, known)


def provided(name, known):
    """Tell whether an installed package stands in for one that exists in name only."""
    if not any(package.installed and name in package.provides for package in known.values()):
        return False
    candidate = policy([name]).get(name)
    return candidate is None or not candidate.versions


def outdated(names):
    """Return [(name, newer version), ...] of those installed packages that have one, out of one look-up."""
    plain = [each for each in names if "=" not in each]
    found = policy(plain)
    return [(each, found[each].candidate) for each in plain if each in found and found[each].outdated]


def fixes(names):
    """Return [(name, version that fixes security), ...] of those installed packages that lack one."""
    found = policy(names)
    return [(each, found[each].fix) for each in names if each in found and found[each].fix]


def expand_all(names, known):
    """Return the names with wildcards filled in from all packages there are."""
    everything = None
    result = []
    for each in names:
        if each.startswith("-") or each.endswith("-"):
            raise Failure("%r is no name of a package: apt-get takes a - before it for an option, and removes what has "
                          "one behind it; state: absent does that" % each)
        if any(sign in each.split("=")[0] for sign in "*?["):
            if everything is None:
                everything = set(capture("apt-cache", "pkgnames").lines) | set(known)
            matches = expand(each, everything)
            if not matches:
                raise Failure("no package matches %s" % each)
            result += matches
        else:
            result.append(each)
    return result
