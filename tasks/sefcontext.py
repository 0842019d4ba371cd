"""SELinux labels that files should have, by patterns of their paths."""

import re

from muster.target import semanage
from muster.target.task import Choice, Failure, task

KINDS = {"a": "all files", "f": "regular file", "d": "directory", "c": "character device", "b": "block device",
         "s": "socket", "l": "symbolic link", "p": "named pipe"}

NONE = "<<None>>", "<<none>>"  # No label, as semanage lists it and as it takes it for a type.


@task(aliases={"path": "target", "equal": "substitute", "serange": "selevel"})
def sefcontext(
    target: str,
    state: Choice("present", "absent") = "present",
    setype: str = None,
    substitute: str = None,
    ftype: Choice("a", "b", "c", "d", "f", "l", "p", "s") = "a",
    seuser: str = None,
    selevel: str = None,
    reload: bool = True,
    ignore_selinux_state: bool = False,
):
    """Ensure the SELinux policy has a label for paths, or has it no more; files that are there are not relabelled.

    target: path, or a regular expression for paths
    state: whether the policy should have it; absent without setype and substitute takes both away
    setype: the type, such as httpd_sys_content_t
    substitute: another path whose labels hold below this one too
    ftype: of which files: a all, f regular, d directories, l links, s sockets, p pipes, b and c devices
    seuser: SELinux user; system_u, or what is there
    selevel: SELinux level; s0, or what is there
    reload: have the kernel use the changed policy at once
    ignore_selinux_state: change the policy although SELinux is off

    Example:
      - sefcontext: {target: "/srv/www(/.*)?", setype: httpd_sys_content_t}
        notify: restorecon

    Returns:
      target: the path
      ftype: of which files
      state: present or absent
      setype, seuser, selevel, substitute: as they were given
    """
    if setype and substitute or state == "present" and not (setype or substitute):
        raise Failure("sefcontext needs either setype or substitute")
    if substitute and ftype != "a":
        raise Failure("substitute is for all files: leave out ftype")
    semanage.need_selinux(ignore_selinux_state)
    labels, equals = listed("-C")
    key, equal = (target, KINDS[ftype]), equals.get(target)
    if state == "absent":
        if key in labels and not substitute:
            yield semanage.change("fcontext", ["-d", "-f", ftype, "-t", labels[key][2], target], reload)
        if equal and not setype and substitute in (None, equal):
            yield semanage.change("fcontext", ["-d", "-e", equal, target], reload)
    elif substitute and equal != substitute:
        yield semanage.change("fcontext", ["-m" if equal else "-a", "-e", substitute, target], reload)
    elif setype:
        have = labels.get(key) or listed()[0].get(key)
        wanted = [seuser, None, setype, selevel]
        if not have or any(want not in (None, part) for want, part in zip(wanted, have)):
            options = ["-f", ftype, "-t", setype] + (["-s", seuser] if seuser else [])
            options += ["-r", selevel] if selevel else []
            yield semanage.change("fcontext", ["-m" if key in labels else "-a"] + options + [target], reload)
    return {"target": target, "ftype": ftype, "state": state, "setype": setype, "seuser": seuser, "selevel": selevel,
            "substitute": substitute}


def listed(*options):
    """Return ({(pattern, kind of files): [user, role, type, level]}, {path: other path}).

    Lines are "/srv(/.*)?    all files    system_u:object_r:var_t:s0" and "/srv/www = /var/www"; <<None>> is no label.
    """
    labels, equals = {}, {}
    for line in semanage.listed("fcontext", *options):
        match = re.match(r"(\S.*?) +(%s) +(\S+)" % "|".join(KINDS.values()), line)
        if match:
            parts = match.group(3).split(":", 3) if match.group(3) != NONE[0] else [None, None, NONE[1]]
            labels[match.group(1), match.group(2)] = parts + [None] * (4 - len(parts))
        elif " = " in line:
            path, _, other = line.partition(" = ")
            equals[path.strip()] = other.strip()
    return labels, equals
