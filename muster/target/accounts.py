"""Users and groups as the host has them."""

import grp
import os
import pwd

from muster.target.files import is_id
from muster.target.system import which
from muster.target.task import Failure

PASSWD, GROUP = "/etc/passwd", "/etc/group"
MAIL = "/var/mail"
# What useradd, groupadd and what is akin to them write, beside homes and mail.
FILES = [PASSWD, GROUP, "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid"]


def find(name, local=False):
    """Return the passwd entry of a user, or None; with `local` only /etc/passwd counts."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return entry if not local or name in local_names() else None


def local_names():
    with open(PASSWD) as file:
        return {line.partition(":")[0] for line in file}


def gid_of(group, local=False):
    """Return the numeric id of a group, or None; with `local` only /etc/group counts."""
    if not local:
        try:
            return grp.getgrnam(group).gr_gid
        except KeyError:
            return None
    with open(GROUP) as file:
        rows = [line.split(":") for line in file]
    return next((int(fields[2]) for fields in rows if fields[0] == group), None)


def settings(local, **values):
    """Return the words that have useradd and groupadd take values of /etc/login.defs from the command line.

    Raises Failure where `local` is wanted too.
    >>> settings(False, GID_MIN=2000, GID_MAX=None)
    ['-K', 'GID_MIN=2000']
    """
    given = sorted(name for name, value in values.items() if value is not None)
    if local and given:
        raise Failure("%s cannot go with local, because libuser has no such option; leave one of them out"
                      % " and ".join(given).lower())
    return [word for name in given for word in ("-K", "%s=%s" % (name, values[name]))]


def files_of(name):
    """Return the paths that change when a user comes or goes, but for the home directory."""
    return FILES + [os.path.join(MAIL, name)]


def has_libuser(local):
    """Tell whether accounts are to be made with libuser (luseradd, lgroupadd), which never asks a directory."""
    return bool(local and which("luseradd"))


def group_exists(group):
    """Tell whether there is a group of this name or id."""
    try:
        grp.getgrnam(group)
    except KeyError:
        return is_id(group) and group_name(group) != group
    return True


def group_name(group):
    """Return the name of a group given by name or id; the same text where nobody has the id."""
    text = str(group)
    try:
        return grp.getgrgid(int(text)).gr_name if is_id(text) else text
    except KeyError:
        return text


def names(groups):
    """Return groups given by name or id as a set of names."""
    return {group_name(each) for each in groups}


def groups_of(entry):
    """Return the names of the groups a user is in, beside the primary one."""
    return {each.gr_name for each in grp.getgrall() if entry.pw_name in each.gr_mem and each.gr_gid != entry.pw_gid}


def not_led_away(path, entry):
    """Raise Failure for a link of a user's own that leads to what is another's: root would give it to the user."""
    if os.path.islink(path) and os.lstat(path).st_uid == entry.pw_uid and os.path.exists(path) and (
            os.stat(path).st_uid != entry.pw_uid):
        raise Failure("%s is a link that %s made to what is not %s's: %s; remove it first"
                      % (path, entry.pw_name, entry.pw_name, os.path.realpath(path)))


def owner(entry, path):
    """Give a path, and no link's target, to a user and the primary group."""
    os.lchown(path, entry.pw_uid, entry.pw_gid)
