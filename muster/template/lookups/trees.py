"""The lookup `filetree`: what is in a directory of the controller, at any depth."""

from __future__ import annotations

import functools
import grp
import os
import stat
from typing import Any

from muster.template.itself import owner
from muster.template.lookups.asked import Asked
from muster.template.plugins import Plugin, outside

STATES = {stat.S_IFLNK: "link", stat.S_IFDIR: "directory", stat.S_IFREG: "file"}


@outside
def filetree(terms: list[Any], asked: Asked) -> list[dict[str, Any]]:
    """Return a dictionary (root, path, state, src, owner, group, mode, size, ...) for each file, directory and link.

    Of a path that several directories hold, the first one counts. Directories come before what is in them; sockets and
    devices are left out.
    """
    made: dict[str, dict[str, Any]] = {}
    for term in terms:
        root = next(filter(os.path.isdir, asked.candidates(str(term), "files")), None)
        for directory, names, files in os.walk(root) if root else ():
            names.sort()
            for name in [*names, *sorted(files)]:
                path = os.path.relpath(os.path.join(directory, name), root)
                found = properties(os.path.normpath(str(root)), path)
                if found:
                    made.setdefault(path, found)
    return list(made.values())


def properties(root: str, path: str) -> dict[str, Any] | None:
    """Return what is told of a path below the root; None for kinds of files that cannot be copied."""
    full = os.path.join(root, path)
    known = os.lstat(full)
    state = STATES.get(stat.S_IFMT(known.st_mode))
    if state is None:
        return None
    made: dict[str, Any] = {
        "root": root, "path": path, "state": state, "uid": known.st_uid, "gid": known.st_gid,
        "owner": owner(known.st_uid), "group": group(known.st_gid), "mode": f"0{stat.S_IMODE(known.st_mode):03o}",
        "size": known.st_size, "mtime": known.st_mtime, "ctime": known.st_ctime,
    }
    if state != "directory":
        made["src"] = os.readlink(full) if state == "link" else full
    return made


@functools.cache
def group(number: int) -> str | int:
    """Return the name of a group, or the number of one that has no name."""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return number


LOOKUPS: dict[str, Plugin] = {"filetree": filetree}
