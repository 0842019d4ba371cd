"""The password of a user, its ageing, and when the account expires."""

import time

from muster.target.system import run
from muster.target.task import Failure, warn

SHADOW = "/etc/shadow"


class Shadow:
    """A line of /etc/shadow: password hash (or None), {chage's option: days as text, -E: a day as YYYY-MM-DD}."""

    def __init__(self, fields=()):
        fields = list(fields) + [""] * (9 - len(fields))
        self.password = fields[1] if fields[0] else None
        self.ageing = {"-m": fields[3] or "-1", "-M": fields[4] or "-1", "-W": fields[5] or "-1",
                       "-I": fields[6] or "-1", "-E": day(int(fields[7]) * 86400 if fields[7] else -1)}


def shadow(name):
    """Return the `Shadow` of a user; an empty one where there is none or it may not be read."""
    try:
        with open(SHADOW) as file:
            for line in file:
                fields = line.rstrip("\n").split(":")
                if fields[0] == name:
                    return Shadow(fields)
    except OSError:
        pass
    return Shadow()


def day(seconds):
    """Return seconds since 1970 as the day that chage takes; -1, which is never, for what is negative."""
    try:
        return "-1" if seconds < 0 else time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (ValueError, OverflowError):
        raise Failure("%s is no time: an account expires so many seconds after 1970 began" % seconds)


def look_for_plain_text(name, password):
    """Warn of a password that is no hash: nobody could log in with it, and it would stand readable in /etc/shadow."""
    import re

    if password and password.strip("!*x") and not re.match(r"!*(\$[0-9a-zA-Z]+\$|_?[./0-9A-Za-z]{13}$)", password):
        warn("the password of %s does not look like a hash; use the filter password_hash" % name)


def set_password(name, password, lock):
    """Yield the change of the password, barred or not. Barred is a hash with an exclamation mark before it.

    It goes through a pipe, because everybody could read it on a command line.
    """
    have = shadow(name).password
    if password is None and (lock is None or have is None):
        return
    same = password is None or have is not None and have.lstrip("!") == password
    wanted = have if same else password
    if lock and not wanted.startswith("!"):
        wanted = "!" + wanted
    elif lock is False and wanted.strip("!*"):
        wanted = wanted.lstrip("!")
    if set(wanted) & set(":\n"):
        raise Failure("the password of %s holds a colon or a line break, which no hash does" % name)
    if wanted != have:
        verb = "set" if not same else "bar" if lock else "permit"
        yield run("chpasswd", "-e", stdin="%s:%s\n" % (name, wanted), what="%s the password of %s" % (verb, name),
                  paths=[SHADOW])


def set_ageing(name, wanted):
    """Yield the change of the days after which a password, and of the day on which the account, expires.

    wanted: {chage's option: days or a day}, None where it stays as it is
    """
    have = shadow(name).ageing
    options = []
    for option, value in sorted(wanted.items()):
        if value is not None and str(value) != have.get(option):
            options += [option, str(value)]
    if options:
        yield run("chage", *(options + [name]), paths=[SHADOW])
