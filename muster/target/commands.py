"""What `command`, `shell` and `script` have in common: whether to run at all, and the result they leave."""

import os
import time

from muster.target.system import which
from muster.target.task import Failure, context


def spared(cmd, chdir=None, creates=None, removes=None):
    """Return the result of a command that is not run: `creates`, `removes` or check mode; None when it has to run.

    creates: glob of what the command makes; it is spared when that exists
    removes: glob of what it takes away; it is spared when that is gone
    Relative globs begin at `chdir`. Raises Failure when that is no directory.
    """
    if chdir and not os.path.isdir(chdir):
        raise Failure("cannot change to %s: there is no such directory" % chdir, cmd=cmd)
    if creates and found(creates, chdir):
        return skipped(cmd, creates, "exists")
    if removes and not found(removes, chdir):
        return skipped(cmd, removes, "does not exist")
    if context.check and (creates or removes):
        # What it prints cannot be foretold, but that it would run can.
        return dict(unprinted(cmd, ""), changed=True, msg="would run; check mode runs no commands")
    if context.check:
        # Later tasks may read what it printed: that is there, and empty, as playbooks know it from Ansible.
        return dict(unprinted(cmd, ""), skipped=True, changed=False, msg="skipped: check mode runs no commands")
    return None


def found(pattern, chdir):
    import glob

    return bool(glob.glob(os.path.join(chdir or "", pattern)))


def skipped(cmd, path, why):
    values = unprinted(cmd, "skipped, since %s %s" % (path, why))
    return dict(values, msg="Did not run command since '%s' %s" % (path, why))


def unprinted(cmd, text):
    """Return the result of a command that did not run, with a text in place of what it would have printed."""
    return {"cmd": cmd, "rc": 0, "stdout": text, "stdout_lines": text.splitlines(), "stderr": "", "stderr_lines": []}


def result(outcome, cmd, strip=True):
    """Return what playbooks rely on after a command: cmd, rc, stdout, stderr, their lines, start, end and delta.

    strip: without the newlines at the end of what it printed
    Raises Failure with the same fields when the command did not end with 0.
    """
    stdout, stderr = (text.rstrip("\r\n") if strip else text for text in (outcome.stdout, outcome.stderr))
    values = {
        "cmd": cmd, "rc": outcome.rc,
        "stdout": stdout, "stdout_lines": stdout.splitlines(), "stderr": stderr, "stderr_lines": stderr.splitlines(),
        "start": stamp(outcome.start), "end": stamp(outcome.end), "delta": delta(outcome.end - outcome.start),
    }
    if outcome.rc in (126, 127) and not is_there(outcome.argv[0]):
        # Playbooks know a missing program by the number of the system's error, ENOENT.
        raise Failure("%s is not installed here, or not in PATH" % outcome.argv[0], **dict(values, rc=2))
    if outcome.rc:
        raise Failure("non-zero return code", **values)
    return dict(values, msg="")


def stamp(seconds):
    """Return a time in seconds since 1970 as text; datetime would take longer to load than most commands run.

    >>> len(stamp(0.5)), stamp(0.5)[-7:]
    (26, '.500000')
    """
    whole, micro = divmod(round(seconds * 1000000), 1000000)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(whole)) + ".%06d" % micro


def delta(seconds):
    """Return a length of time as text.

    >>> delta(3725.25)
    '1:02:05.250000'
    """
    whole, micro = divmod(max(round(seconds * 1000000), 0), 1000000)  # A clock may have been put back meanwhile.
    return "%d:%02d:%02d.%06d" % (whole // 3600, whole // 60 % 60, whole % 60, micro)


def is_there(program):
    return os.path.exists(program) if "/" in program else which(program) is not None
