"""Tasks with `async`: those that go on in the background (`poll: 0`), and what has become of them.

A job is a copy of the agent that has left it: it carries one task out, writes the result into a file and ends. The file
is where Ansible has it, in `.ansible_async` of the user's home, readable for that user alone, until it is asked to be
removed; those that nobody has asked for in a week go when the next job begins.
"""

import os
import re
import time

from muster.target.process import close_others
from muster.target.task import Failure, context
from muster.target.wire import dumps, loads

DIRECTORY = "~/.ansible_async"
FORGOTTEN_SECONDS = 7 * 24 * 3600
NUMBER = re.compile(r"j\d+\.\d+")


def carry_out(background, work):
    """Return the result, (values, changes), of a task with `async`.

    background: whether it goes on by itself; one that is waited for (`poll`) is no process of its own, only its result
        tells of a job that has ended
    work: function without arguments that carries the task out and returns its result
    """
    number = "j%d.%d" % (int.from_bytes(os.urandom(5), "little"), os.getpid())
    if background:
        return begin(number, work), []
    values, changes = work()
    return dict(values, ansible_job_id=number, started=True, finished=True), changes


def begin(number, work):
    """Start a job and return the values that say so."""
    folder = directory()
    os.makedirs(folder, 0o700, exist_ok=True)
    forget(folder)
    path = os.path.join(folder, number)
    values = {"ansible_job_id": number, "results_file": path, "started": True, "finished": False}
    write(path, values)
    child = os.fork()
    if not child:
        leave(path, values, work)
    os.waitpid(child, 0)
    return dict(values, changed=True)


def leave(path, values, work):
    """Become the job: leave the agent, its connection and its lock behind, do the work, and end."""
    try:
        os.setsid()
        if os.fork():
            return
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        close_others(-1)
        context.lock, context.output, context.flush, context.send = None, lambda text: None, lambda: None, None
        write(path, dict(values, process=[os.getpid(), begun(os.getpid())]))
        write(path, dict(values, **dict(work()[0], finished=True)))
    finally:
        os._exit(0)  # Nothing of the agent's own may run here, no `finally` of what called us either.


def look(number):
    """Return the values of a job: those of its result when it has ended. Raises Failure when there is no such job."""
    path = path_of(number)
    values = read(path, number)
    process = values.pop("process", None)
    if process and begun(process[0]) != process[1]:
        values = read(path, number)  # It may have ended between the two looks.
        if values.pop("process", None):
            raise Failure("the job has not come to its end: it was killed, or the host has restarted since",
                          ansible_job_id=number, results_file=path, started=True, finished=True)
    return values


def clean_up(number):
    """Remove what a job has left; return the path of its file."""
    path = path_of(number)
    for each in (os.unlink, lambda path: os.rmdir(os.path.dirname(path))):
        try:
            each(path)
        except OSError:
            break  # There is nothing left of it, or there are other jobs in the directory.
    return path


def directory():
    return os.path.expanduser(os.environ.get("ANSIBLE_ASYNC_DIR", DIRECTORY))


def path_of(number):
    if not NUMBER.fullmatch(number):
        raise Failure("%r is no number of a job: it is the `ansible_job_id` of the task that began it" % number)
    return os.path.join(directory(), number)


def read(path, number):
    try:
        with open(path) as file:
            return loads(file.read())
    except FileNotFoundError:
        raise Failure("there is no job %s of this user on this host" % number,
                      ansible_job_id=number, results_file=path, started=True, finished=True)


def write(path, values):
    """Write a job's file: whole or not at all."""
    part = path + ".part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(dumps(values))
    os.rename(part, path)


def begun(pid):
    """Return when a process began, in the system's own count, which tells it from later ones of its number."""
    try:
        with open("/proc/%d/stat" % pid, errors="replace") as file:
            return file.read().rpartition(") ")[2].split()[19]
    except OSError:
        return None


def forget(folder):
    """Remove files of jobs that nobody has asked for."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if NUMBER.fullmatch(name) and os.path.getmtime(path) < time.time() - FORGOTTEN_SECONDS:
            os.unlink(path)
