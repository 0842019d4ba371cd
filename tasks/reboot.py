"""Booting a host again."""

import os

from muster.target.system import capture, which
from muster.target.task import Change, Failure, Path, task


@task(repeats=True)
def reboot(msg: str = "Reboot initiated by muster", delay: int = 2, search_paths: [Path] = None):
    """Boot the host again a moment later, so that the answer still arrives.

    The controller's half waits until the host is back: until `boot_id` is another.

    msg: what users who are logged in are told
    delay: seconds until it boots
    search_paths: directories where shutdown is looked for, and nowhere else

    Example:
      - reboot: {msg: A new kernel}

    Returns:
      boot_id: the id of the boot that is about to end
    """
    with open("/proc/sys/kernel/random/boot_id") as file:
        identity = file.read().strip()
    program = shutdown_in(search_paths) if search_paths else "shutdown"
    yield Change("reboot in %d seconds" % delay, lambda: schedule(program, msg, delay))
    return {"boot_id": identity}


def shutdown_in(directories):
    """Return the path of shutdown in the first of these directories that has it; raise Failure if none has."""
    for directory in directories:
        path = os.path.join(directory, "shutdown")
        if os.access(path, os.X_OK):
            return path
    raise Failure("shutdown is in none of these directories: %s; leave out search_paths" % ", ".join(directories))


def schedule(program, msg, delay):
    """Have the host boot after a delay, by a process that outlives this connection; raise Failure if it cannot.

    program: shutdown, or the path of what is called like that
    """
    if os.geteuid() != 0:
        raise Failure("only root may reboot; become: true")
    script = 'sleep "$1"; "$3" -r now "$2" || systemctl reboot || reboot -f'
    words = ["sh", "-c", script, "sh", str(delay), msg, program]
    if os.path.isdir("/run/systemd/system") and which("systemd-run"):
        # What is left in the session of this connection may be killed with it; a transient unit is not.
        capture("systemd-run", "--quiet", "--collect", "--no-block", *words, check=True)
        return
    import subprocess

    subprocess.Popen(words, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL)
