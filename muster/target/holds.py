"""Packages that are to stay as they are, told in the same words whichever the package manager.

apt calls them held, dnf locked, pacman ignored.
"""

import re

from muster.target.files import read

LOCKS = "/etc/dnf/plugins/versionlock.list"
LET_GO = {"apt": "dpkg_selections (apt-mark unhold) lets go of it", "dnf": "dnf_versionlock lets go of it",
          "pacman": "IgnorePkg and IgnoreGroup in pacman.conf hold it"}


def stays(manager, name, installed, wish):
    """Return the words for a package that is held although a task wants it otherwise.

    wish: what it does not become: a newer version, or "removed"
    >>> stays("dnf", "demo", "1.0-1", "1.1-1")
    'demo is held at 1.0-1 and does not become 1.1-1; dnf_versionlock lets go of it'
    """
    return "%s is held at %s and does not become %s; %s" % (name, installed, wish, LET_GO[manager])


def locked():
    """Return the names in dnf's list of locks; they may have wildcards.

    Its lines are such as "demo-0:1.0-1.*" or "0:demo-1.0-1.noarch", comments, or "!" before what may not come at all.
    """
    lines = (read(LOCKS) or b"").decode("utf-8", "replace").splitlines()
    entries = [line.strip() for line in lines if line.strip() and line.strip()[0] not in "#!"]
    return [re.sub(r"^\d+:", "", entry.rsplit("-", 2)[0]) for entry in entries]
