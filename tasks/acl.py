"""Access control lists: what single users and groups may do with a path."""

import os

from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, Path, task


@task(aliases={"name": "path", "recurse": "recursive"})
def acl(
    path: Path,
    state: Choice("query", "present", "absent") = "query",
    etype: Choice("user", "group", "mask", "other") = None,
    entity: str = "",
    permissions: str = None,
    entry: str = None,
    default: bool = False,
    recursive: bool = False,
    follow: bool = True,
    recalculate_mask: Choice("default", "mask", "no_mask") = "default",
):
    """Ensure an entry is in the access control list of a path, or is not; or just read the list.

    path: file or directory
    state: query reads the list
    etype: whom the entry is for
    entity: name of the user or group; none for the owner
    permissions: letters of r, w, x and X
    entry: the whole entry as text instead, such as default:user:joe:rw
    default: an entry that new files in the directory begin with
    recursive: for everything in the directory as well
    follow: take a link as what it points to
    recalculate_mask: whether the mask is made to permit what the entries do; by default as setfacl does

    Example:
      - acl: {path: /var/log/app, entity: audit, etype: group, permissions: rX, recursive: true, state: present}

    Returns:
      acl: the entries of the path, as getfacl prints them
      msg: what was done
    """
    if not which("setfacl"):
        raise Failure("setfacl is not on this host; install the package acl")
    if not os.path.lexists(path):
        raise Failure("there is no %s" % path, path=path)
    done = "current acl"
    if state != "query":
        if entry is None and etype is None:
            raise Failure("acl needs an etype, or an entry", path=path)
        if state == "present" and permissions is None and entry is None:
            raise Failure("acl needs the permissions to be present", path=path)
        text = entry if entry is not None else written(etype, entity, permissions if state == "present" else None)
        if state == "absent" and entry is not None:
            text = without_permissions(entry)
        words = options(recursive, follow, recalculate_mask, default and not text.startswith("d"))
        words += ["-m" if state == "present" else "-x", text, path]
        if differs(words):
            yield run("setfacl", *words, paths=[path])
            done = "%s is %s" % (text, state)
    return {"acl": entries(path, follow), "msg": done}


def written(etype, entity, permissions):
    """Return an entry as setfacl takes it; what is to go has no permissions."""
    return ":".join([etype, entity] + ([permissions] if permissions is not None else []))


def without_permissions(entry):
    """Return an entry without its last field, where it has one: default:user:joe:rw is default:user:joe."""
    fields = entry.split(":")
    return ":".join(fields[: 3 if fields[0] in ("d", "default") else 2])


def options(recursive, follow, recalculate_mask, default):
    words = ["-R"] if recursive else []
    words += [] if follow else ["-P"]
    words += {"default": [], "mask": ["--mask"], "no_mask": ["--no-mask"]}[recalculate_mask]
    return words + (["-d"] if default else [])


def differs(words):
    """Tell whether setfacl would alter anything: in its test mode it prints a star for a list that stays."""
    outcome = capture("setfacl", "--test", *words)
    if not outcome.ok:
        raise outcome.failure()
    return any(not line.endswith(": *,*") for line in outcome.lines)


def entries(path, follow):
    """Return the entries of a path, without comments; those of a default list begin with "default:"."""
    outcome = capture("getfacl", "-cp", *(([] if follow else ["-P"]) + [path]), check=True)
    return [line.partition("\t")[0] for line in outcome.lines if line.strip()]
