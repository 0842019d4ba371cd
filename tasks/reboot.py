"""Booting a host again."""

import os

from muster.target.system import capture, which
from muster.target.task import Change, Failure, task


@task(repeats=True)
def reboot(msg: str = "Reboot initiated by muster", delay: int = 2):
    """Boot the host again a moment later, so that the answer still arrives.

    The controller's half waits until the host is back: until `boot_id` is another.

    msg: what users who are logged in are told
    delay: seconds until it boots

    Example:
      - reboot: {msg: A new kernel}

    Returns:
      boot_id: the id of the boot that is about to end
    """
    with open("/proc/sys/kernel/random/boot_id") as file:
        identity = file.read().strip()
    yield Change("reboot in %d seconds" % delay, lambda: schedule(msg, delay))
    return {"boot_id": identity}


def schedule(msg, delay):
    """Have the host boot after a delay, by a process that outlives this connection; raise Failure if it cannot."""
    if os.geteuid() != 0:
        raise Failure("only root may reboot; become: true")
    script = 'sleep "$1"; shutdown -r now "$2" || systemctl reboot || reboot -f'
    if os.path.isdir("/run/systemd/system") and which("systemd-run"):
        # What is left in the session of this connection may be killed with it; a transient unit is not.
        capture("systemd-run", "--quiet", "--collect", "--no-block", "sh", "-c", script, "sh", str(delay), msg,
                check=True)
        return
    import subprocess

    subprocess.Popen(["sh", "-c", script, "sh", str(delay), msg], start_new_session=True, stdin=subprocess.DEVNULL,
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
