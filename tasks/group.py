"""Groups of users."""

import grp

from muster.target.system import run, which
from muster.target.task import Choice, Failure, task


@task
def group(
    name: str,
    state: Choice("present", "absent") = "present",
    gid: int = None,
    system: bool = False,
    local: bool = False,
    non_unique: bool = False,
    force: bool = False,
):
    """Ensure a group exists, or does not.

    name: name of the group
    state: whether it should exist
    gid: numeric id; left to the system when unset
    system: take the id of a new group from the system's range
    local: look at /etc/group only, where groups also come from a directory
    non_unique: permit an id that another group has
    force: remove it although it is a user's primary group

    Example:
      - group: {name: deploy, gid: 2000}

    Returns:
      name: name of the group
      gid: its numeric id
      state: present or absent
      system: as it was asked for
    """
    if non_unique and gid is None:
        raise Failure("non_unique needs a gid")
    have = local_gid(name) if local else known_gid(name)
    tool = "l" if local and which("lgroupadd") else ""
    unique = ["-o"] if non_unique else []
    if state == "absent":
        if have is not None:
            yield run(tool + "groupdel", *(["-f"] if force else []), name)
    elif have is None:
        number = [] if gid is None else ["-g", str(gid)]
        yield run(tool + "groupadd", *(number + unique + (["-r"] if system else []) + [name]))
    elif gid is not None and gid != have:
        yield run(tool + "groupmod", *(["-g", str(gid)] + unique + [name]))
    now = (local_gid(name) if local else known_gid(name)) if state == "present" else None
    return {"name": name, "state": state, "system": system, "gid": gid if now is None else now}


def known_gid(name):
    """Return the id of a group, wherever groups come from, or None."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def local_gid(name, path="/etc/group"):
    """Return the id of a group in /etc/group, or None."""
    with open(path) as file:
        for line in file:
            fields = line.split(":")
            if fields[0] == name:
                return int(fields[2])
    return None
