"""Groups of users."""

from muster.target import accounts
from muster.target.system import run
from muster.target.task import Choice, Failure, task


@task
def group(name: str, state: Choice("present", "absent") = "present", gid: int = None, system: bool = False,
          local: bool = False, non_unique: bool = False, force: bool = False, gid_min: int = None, gid_max: int = None):
    """Ensure a group exists, or does not.

    name: name of the group
    state: whether it should exist
    gid: numeric id; left to the system when unset
    system: take the id of a new group from the system's range
    local: look at /etc/group only, where groups also come from a directory, and use libuser's programs if it is there
    non_unique: permit an id that another group has
    force: remove it although it is a user's primary group
    gid_min: lowest id that the system may choose, instead of GID_MIN in /etc/login.defs
    gid_max: highest id that it may choose

    Example:
      - group: {name: deploy, gid: 2000}

    Returns:
      gid: its numeric id, beside name, state and system as they were given
    """
    if non_unique and gid is None:
        raise Failure("non_unique needs a gid; give the id that the group shall have")
    have, libuser = accounts.gid_of(name, local), accounts.has_libuser(local)
    tool, limits = "l" * libuser, accounts.settings(local, GID_MIN=gid_min, GID_MAX=gid_max)
    number = [] if gid is None else ["-g", str(gid)] + ["-o"] * (non_unique and not libuser)
    if have is None and state == "present":
        yield run(tool + "groupadd", *number, *["-r"] * system, *limits, name, paths=accounts.FILES)
    elif have is not None and state == "absent":
        yield run(tool + "groupdel", *["-f"] * (force and not libuser), name, paths=accounts.FILES)
    elif have is not None and gid not in (None, have):
        yield run(tool + "groupmod", *number, name, paths=accounts.FILES)
    return {"name": name, "state": state, "system": system, "gid": gid or accounts.gid_of(name, local)}
