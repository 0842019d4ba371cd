"""Users and groups as the host has them."""

import grp
import os
import pwd

from muster.target.task import Failure


def find(name, local=False):
    """Return the passwd entry of a user, or None; with `local` only /etc/passwd counts."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return entry if not local or name in local_names() else None


def local_names(path="/etc/passwd"):
    with open(path) as file:
        return {line.partition(":")[0] for line in file}


def gid_of(group, local=False, path="/etc/group"):
    """Return the numeric id of a group, or None; with `local` only /etc/group counts."""
    if not local:
        try:
            return grp.getgrnam(group).gr_gid
        except KeyError:
            return None
    with open(path) as file:
        rows = [line.split(":") for line in file]
    return next((int(fields[2]) for fields in rows if fields[0] == group), None)


def settings(**values):
    """Return the words that have useradd and groupadd take values of /etc/login.defs from the command line.

    >>> settings(GID_MIN=2000, GID_MAX=None)
    ['-K', 'GID_MIN=2000']
    """
    return [word for name, value in values.items() if value is not None for word in ("-K", "%s=%s" % (name, value))]


class Shadow:
    """A line of /etc/shadow: password hash (or None), {chage's option: days as text}, day of expiry as YYYY-MM-DD."""

    def __init__(self, fields=()):
        import time

        fields = list(fields) + [""] * (9 - len(fields))
        self.password = fields[1] if fields[0] else None
        self.ageing = {"-m": fields[3] or "-1", "-M": fields[4] or "-1", "-W": fields[5] or "-1",
                       "-I": fields[6] or "-1"}
        self.expires = time.strftime("%Y-%m-%d", time.gmtime(int(fields[7]) * 86400)) if fields[7] else ""


def shadow(name, path="/etc/shadow"):
    """Return the `Shadow` of a user; an empty one where there is none or it may not be read."""
    try:
        with open(path) as file:
            for line in file:
                fields = line.rstrip("\n").split(":")
                if fields[0] == name:
                    return Shadow(fields)
    except OSError:
        pass
    return Shadow()


def group_exists(group):
    """Tell whether there is a group of this name or id."""
    try:
        grp.getgrnam(group)
    except KeyError:
        return group.isdigit() and group_name(group) != group
    return True


def group_name(group):
    """Return the name of a group given by name or id; the same text where nobody has the id."""
    text = str(group)
    try:
        return grp.getgrgid(int(text)).gr_name if text.isdigit() else text
    except KeyError:
        return text


def names(groups):
    """Return groups given by name or id as a set of names."""
    return {group_name(each) for each in groups}


def groups_of(entry):
    """Return the names of the groups a user is in, beside the primary one."""
    return {each.gr_name for each in grp.getgrall() if entry.pw_name in each.gr_mem and each.gr_gid != entry.pw_gid}


def login_umask(path="/etc/login.defs"):
    """Return the mask for new home directories as octal text: HOME_MODE's complement, or UMASK."""
    found = {}
    try:
        with open(path) as file:
            for line in file:
                words = line.split()
                if len(words) == 2:
                    found[words[0]] = words[1]
    except OSError:
        pass
    if "HOME_MODE" in found:
        return "%03o" % (0o777 & ~int(found["HOME_MODE"], 8))
    return found.get("UMASK", "022")


def answer(words, secret):
    """Run a command and type a secret whenever it asks; raise Failure when it does not end with 0.

    A terminal is made for it: on the command line everybody could read the secret.
    """
    import pty

    child, terminal = pty.fork()
    if child == 0:
        try:
            os.execvp(words[0], words)
        finally:
            os._exit(127)
    printed = b""
    try:
        while True:
            piece = os.read(terminal, 1024)
            if not piece:
                break
            printed += piece
            if piece.rstrip().endswith(b":"):
                os.write(terminal, secret.encode() + b"\n")
    except OSError:
        pass  # The child has closed the terminal.
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    if status:
        raise Failure("%s failed: %s" % (words[0], printed.decode("utf-8", "replace").strip()))
