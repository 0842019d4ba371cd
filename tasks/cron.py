"""Entries of cron."""

import os
import re

from muster.target.files import keep_copy, read, remove, write
from muster.target.system import capture, run
from muster.target.task import Change, Choice, Failure, task
from muster.target.text import lines_of, one_line

MARK = "#Ansible: "  # Entries made by Ansible are recognised, and its by ours.
# The parts of a time and their ranges, as crontab(5) has them; months and days of the week may be words.
PARTS = (("minute", 0, 59, ""), ("hour", 0, 23, ""), ("day", 1, 31, ""),
         ("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
         ("weekday", 0, 7, "sun mon tue wed thu fri sat"))
TIMES = ("reboot", "yearly", "annually", "monthly", "weekly", "daily", "hourly")


@task(aliases={"value": "job", "dom": "day", "dow": "weekday"})
def cron(
    name: str = None,
    job: str = None,
    state: Choice("present", "absent") = "present",
    minute: str = "*",
    hour: str = "*",
    day: str = "*",
    month: str = "*",
    weekday: str = "*",
    special_time: Choice(*TIMES) = None,
    disabled: bool = False,
    user: str = None,
    cron_file: str = None,
    env: bool = False,
    insertafter: str = None,
    insertbefore: str = None,
    backup: bool = False,
):
    """Ensure an entry of a crontab, or of a file in /etc/cron.d, is as described or gone.

    name: what the entry is known by; it stands in a comment above it. With env, the variable's name
    job: command; with env, the variable's value
    state: absent takes it away; with cron_file and without name, the whole file
    minute: when to run, as in crontab
    hour: when to run
    day: day of the month
    month: when to run
    weekday: 0 or 7 is Sunday
    special_time: a word instead of the five above
    disabled: keep the entry as a comment
    user: whose crontab; with cron_file, who the job runs as (root by default)
    cron_file: file in /etc/cron.d, or a full path, instead of a user's crontab
    env: this is a variable, which stands above all entries
    insertafter: variable after which a new one goes
    insertbefore: variable before which a new one goes
    backup: keep a copy of what there was

    Example:
      - cron:
          name: nightly backup
          minute: "0"
          hour: "2"
          job: /usr/local/bin/backup

    Returns:
      jobs: names of all entries
      envs: names of all variables
      cron_file: the file, where there is one
      backup_file: the copy, where one was made
    """
    where = File(cron_file) if cron_file else Table(user)
    one_line("the name of an entry of cron", name)
    if name is None:
        if state == "present" or not cron_file:
            raise Failure("cron needs the name of an entry")
        yield from remove(where.path)
        return {"jobs": [], "envs": [], "cron_file": where.path}
    before = where.read()
    if env:
        wanted = None if state == "absent" else variable(name, job)
        after = edit_variable(before, name, wanted, insertafter, insertbefore)
    else:
        schedule = when((minute, hour, day, month, weekday), special_time)
        wanted = None if state == "absent" else entry(schedule, job, (user or "root") if cron_file else None, disabled)
        after = edit_entry(before, name, wanted)
    extra = {}
    if after != before:
        if backup:
            extra["backup_file"] = yield from where.keep_copy(before)
        yield from where.write(before, after)
    result = dict(extra, jobs=[line[len(MARK):] for line in lines_of(after) if line.startswith(MARK)],
                  envs=[line.partition("=")[0].strip() for line in lines_of(after) if is_variable(line)])
    return dict(result, cron_file=where.path) if cron_file else result


class File:
    """A file in /etc/cron.d, whose lines name the user."""

    def __init__(self, path):
        self.path = path if os.path.isabs(path) else os.path.join("/etc/cron.d", path)

    def read(self):
        return (read(self.path) or b"").decode("utf-8", "surrogateescape")

    def keep_copy(self, before):
        if not before:
            return None
        return (yield from keep_copy(self.path))

    def write(self, before, after):
        # cron ignores a file that others may write.
        yield from write(self.path, after, mode=None if os.path.exists(self.path) else 0o644)


class Table:
    """A user's crontab, read and replaced with crontab(1), which tells the daemon."""

    path = None

    def __init__(self, user):
        self.options = ["-u", user] if user else []
        self.user = user

    def read(self):
        outcome = capture("crontab", *(self.options + ["-l"]))
        if outcome.rc == 127:
            raise Failure("crontab is not on this host; install cron (Debian) or cronie (RHEL, Amazon Linux)")
        if not outcome.ok and "no crontab for" not in outcome.stderr:
            raise outcome.failure()
        return without_header(outcome.stdout)

    def keep_copy(self, before):
        import tempfile

        path = os.path.join(tempfile.gettempdir(), "crontab-%s-%d" % (self.user or os.geteuid(), os.getpid()))
        yield from write(path, before, mode=0o600)
        return path

    def write(self, before, after):
        whose = "the crontab of %s" % (self.user or "this user")
        change = run("crontab", *(self.options + ["-"]), stdin=after, what="replace " + whose)
        yield Change(change.what, change.do, before, after, change.predicted, change.paths)


def without_header(text):
    """Return a crontab without the three lines that some versions of crontab -l put before it."""
    lines = text.splitlines(True)
    while lines and re.match(r"# (DO NOT EDIT THIS FILE|\(.* installed on|\(Cron version)", lines[0]):
        lines.pop(0)
    return "".join(lines)


def when(parts, special_time):
    """Return the time of an entry as crontab has it; raise Failure for one that cron would not take."""
    if special_time:
        if any(part != "*" for part in parts):
            raise Failure("special_time stands instead of minute, hour, day, month and weekday; give one or the other")
        return "@" + special_time
    for part, (name, low, high, words) in zip(parts, PARTS):
        if not all(is_time(piece, low, high, words.split()) for piece in part.split(",")):
            raise Failure("%r is no %s of cron: give %d to %d, a range such as %d-%d, a list with commas, */2 or *"
                          % (part, name, low, high, low, high))
    return " ".join(parts)


def is_time(piece, low, high, words):
    """Tell whether cron takes this for one piece of a list: `*`, `5`, `1-5`, `*/10`, `mon-fri`, `0~59` (random)."""
    bounds, slash, step = piece.partition("/")
    if slash and not (step.isdecimal() and int(step)):
        return False
    if bounds == "*":
        return True
    numbers = [low + words.index(each) if each in words else each
               for each in (word.lower() for word in re.split("[-~]", bounds, maxsplit=1)) if each or "~" not in bounds]
    return all(str(each).isdecimal() and low <= int(each) <= high for each in numbers)


def entry(schedule, job, user, disabled):
    """Return the line of an entry."""
    if not job:
        raise Failure("cron needs a job to run")
    if "\n" in job.strip("\r\n"):
        raise Failure("a job of cron is one line; put several commands into a script")
    line = " ".join(part for part in (schedule, user, job.strip("\r\n")) if part)
    return ("#" if disabled else "") + line


def variable(name, value):
    """Return the line of a variable."""
    if value is None or "\n" in value:
        raise Failure("the variable %s of cron needs a value in one line" % name)
    return '%s="%s"' % (name, value.strip("\"'"))


def edit_entry(text, name, wanted):
    """Return the text with the entry of this name as wanted, or (None) without it; its place stays."""
    lines, placed, number = [], False, 0
    old = lines_of(text)
    while number < len(old):
        line = old[number]
        number += 1
        if line != MARK + name:
            lines.append(line)
            continue
        number += 1  # The entry itself follows its comment.
        if wanted is not None and not placed:
            lines += [line, wanted]
            placed = True
    if wanted is not None and not placed:
        lines += [MARK + name, wanted]
    return joined(lines)


def is_variable(line, name=r"[A-Za-z_]\w*"):
    """Tell whether a line sets a variable (of this name)."""
    return re.match(r"\s*%s\s*=" % name, line) is not None


def edit_variable(text, name, wanted, insertafter=None, insertbefore=None):
    """Return the text with the variable as wanted, or (None) without it; a new one goes to the top or where told."""
    lines = lines_of(text)
    places = [number for number, line in enumerate(lines) if is_variable(line, re.escape(name))]
    if wanted is None:
        return joined(line for number, line in enumerate(lines) if number not in places)
    if places:
        lines[places[-1]] = wanted
        return joined(lines)
    place = 0
    neighbour = insertafter or insertbefore
    if neighbour:
        found = [number for number, line in enumerate(lines) if is_variable(line, re.escape(neighbour))]
        if not found:
            raise Failure("there is no variable %s in this crontab to put %s beside" % (neighbour, name))
        place = found[-1] + (1 if insertafter else 0)
    lines.insert(place, wanted)
    return joined(lines)


def joined(lines):
    return "".join(line + "\n" for line in lines)
