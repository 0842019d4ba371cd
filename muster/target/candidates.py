"""Versions of Debian packages that there are to install, where they come from, and which of them fix security."""

import re

from muster.target.system import capture

SECURITY_SUITE = re.compile(r"(-security|/updates)/")


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
