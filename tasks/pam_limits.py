"""Limits of what users may take, as PAM sets them at login."""

import re

from muster.target.task import Choice, Failure, Path, task
from muster.target.text import end_line, one_line, read_text, split_lines, write_text

ENDLESS = ("unlimited", "infinity", "-1")
SIGNED = ("nice", "priority")  # Of these -1 is a number like any other.
ITEMS = Choice("core", "data", "fsize", "memlock", "nofile", "rss", "stack", "cpu", "nproc", "as", "maxlogins",
               "maxsyslogins", "priority", "locks", "sigpending", "msgqueue", "nice", "rtprio", "chroot")


@task
def pam_limits(
    domain: str, limit_type: Choice("hard", "soft", "-"), limit_item: ITEMS, value: str, use_max: bool = False,
    use_min: bool = False, comment: str = "", dest: Path = "/etc/security/limits.conf", backup: bool = False,
):
    """Ensure that a user's, a group's or everybody's limit is this.

    domain: name of a user, @ and the name of a group, *, or a range of numbers
    limit_type: soft, hard, or - for both
    limit_item: what is limited
    value: a number, or unlimited, infinity or -1, which are the same; -20 to 19 for nice and priority
    use_max: a higher limit stays
    use_min: a lower limit stays
    comment: put behind the limit when its line is written
    dest: the file, which is made if it is missing
    backup: keep a copy of what was there

    Example:
        - name: Let the database open many files
          pam_limits:
            domain: postgres
            limit_type: "-"
            limit_item: nofile
            value: 65536

    Returns:
        msg: the line that holds the limit
        backup_file: the copy of what was there, if one was made
    """
    if use_max and use_min:
        raise Failure("use_max and use_min exclude each other")
    check(value, limit_item)
    one_line("the comment of a limit", comment)
    if len(domain.split()) != 1 or "#" in domain:
        raise Failure("%r is no domain of limits: it is one word, such as joe, @group or *" % domain)
    lines = split_lines(read_text(dest) or "")
    msg = None
    for index, line in enumerate(lines):
        words = line.partition("#")[0].split()
        if words[:3] == [domain, limit_type, limit_item] and len(words) == 4:
            kept = better(words[3], value, use_max, use_min, limit_item)
            lines[index] = line if kept == words[3] else written(domain, limit_type, limit_item, kept, comment)
            msg = lines[index]
    if msg is None:
        end_line(lines)
        msg = written(domain, limit_type, limit_item, value, comment)
        lines.append(msg)
    values = yield from write_text(dest, "".join(lines), backup=backup)
    return dict(values, msg=msg)


def check(value, item):
    """Raise Failure for what limits.conf(5) does not allow."""
    if item in SIGNED:
        if not re.match(r"[+-]?[0-9]+$", value) or not -20 <= int(value) <= 19:
            raise Failure("%s of %s is no limit: it must be a number from -20 to 19" % (value, item))
    elif value not in ENDLESS and not (item == "chroot" or re.match("[0-9]+$", value)):
        raise Failure("%s of %s is no limit: it must be a number from 0, or %s" % (value, item, ", ".join(ENDLESS)))


def better(have, value, use_max, use_min, item):
    """Return the limit that should be there: the one there is, or this value."""
    if use_max:
        return have if size(have, item) >= size(value, item) else value
    if use_min:
        return have if size(have, item) <= size(value, item) else value
    return value


def size(value, item):
    """Return how much a limit lets through, as a number that can be compared."""
    try:
        return float("inf") if value in ENDLESS and item not in SIGNED else float(value)
    except ValueError:
        raise Failure("%s cannot be compared with another limit: it is no number" % value)


def written(domain, kind, item, value, comment):
    return "\t".join([domain, kind, item, value] + (["#" + comment] if comment else [])) + "\n"
