"""Commands that at runs once, later."""

import re

from muster.target.files import read
from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, Path, task
from muster.target.text import absent

QUEUE = "a"
# What `at -c` prints before the script: the directory that it goes to, and with some versions a shell to be given it.
START = re.compile(r"\|\| \{\n[^\n]*inaccessible[^\n]*\n\s*exit 1\n\}\n", re.DOTALL)
SHELL = re.compile(r"[^\n]*<< '(marcinDELIMITER\w+)'\n(.*)\1\s*", re.DOTALL)


@task
def at(
    command: str = None, script_file: Path = None, count: int = None,
    units: Choice("minutes", "hours", "days", "weeks") = None, state: Choice("present", "absent") = "present",
    unique: bool = False,
):
    """Ensure that a command or a script is run once, later, or that no such job waits any more.

    command: what to run
    script_file: a script on the host to run instead; it is read now
    count: in how many minutes, hours, days or weeks
    units: which of these
    state: absent takes away every job with this command or script
    unique: add none where one with this command or script waits already, at whatever time

    Example:
        - name: Look in an hour whether the service still runs
          at:
            command: systemctl is-active app || systemctl restart app
            count: 1
            units: hours
            unique: true

    Returns:
        state: as given
        count: as given, where a job was added
        units: as given, where a job was added
        script_file: the script, where one was given and a job was added
    """
    if (command is None) == (script_file is None):
        raise Failure("at needs a command or a script_file, and not both")
    if state == "present" and (count is None or units is None):
        raise Failure("a job needs count and units, which say when it is run")
    if not which("at"):
        raise Failure("this host has no at: install the package at")
    script = read(script_file) if script_file else command.encode("utf-8", "surrogateescape")
    if script is None:
        raise absent(script_file)
    waiting = jobs(script.decode("utf-8", "surrogateescape")) if unique or state == "absent" else []
    if state == "absent":
        for number in waiting:
            yield run("atrm", number)
        return {"state": state}
    if waiting:
        return {"state": state}
    yield run("at", "-q", QUEUE, "now", "+", str(count), units, stdin=script.rstrip(b"\n") + b"\n")
    told = {"state": state, "count": count, "units": units}
    return dict(told, script_file=script_file) if script_file else told


def jobs(script):
    """Return the numbers of the jobs that run this script."""
    numbers = [line.split()[0] for line in capture("atq", "-q", QUEUE, check=True).lines if line.strip()]
    return [number for number in numbers if body(capture("at", "-c", number).stdout) == script.strip("\n")]


def body(text):
    """Return the script in what `at -c` prints, which begins with variables of the environment."""
    start = START.search(text)
    script = text[start.end():] if start else text
    given = SHELL.fullmatch(script)
    return (given.group(2) if given else script).strip("\n")
