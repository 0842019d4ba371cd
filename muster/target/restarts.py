"""What still runs old code after an update: services with deleted libraries, and the kernel."""

import glob
import os
import re

from muster.target.system import capture, which

UNIT = re.compile(r"/([^/]+\.service)(/|$)")


def services(proc="/proc"):
    """Return the systemd services that run a program or library which has been replaced on disk.

    Read from the maps of all processes, so nothing needs to be installed; only root sees those of others.
    """
    found = set()
    for directory in glob.glob(os.path.join(proc, "[0-9]*")):
        try:
            if runs_deleted(os.path.join(directory, "maps")):
                with open(os.path.join(directory, "cgroup")) as file:
                    unit = service_of(file.read())
                found.update([unit] if unit else [])
        except OSError:
            continue  # It has ended meanwhile.
    return sorted(found)


def runs_deleted(maps):
    """Tell whether executable code is mapped from a file that is no longer there."""
    with open(maps, errors="replace") as file:
        for line in file:
            words = line.split(None, 5)
            if len(words) == 6 and "x" in words[1] and words[5].rstrip().endswith(" (deleted)"):
                if words[5].startswith(("/usr/", "/lib", "/opt/", "/bin/", "/sbin/")):
                    return True
    return False


def service_of(cgroup):
    """Return the service in the text of /proc/PID/cgroup, or None (a user's session, say)."""
    for line in cgroup.splitlines():
        match = UNIT.search(line.rsplit(":", 1)[-1])
        if match and not match.group(1).startswith("user@"):
            return match.group(1)
    return None


def reboot_needed(manager):
    """Return (whether the host must be rebooted, why); None where nothing on the host can tell.

    manager: the host's package manager
    """
    for path in ("/run/reboot-required", "/var/run/reboot-required"):
        if os.path.exists(path):
            return True, "%s exists" % path
    if manager == "dnf":
        outcome = capture("dnf", "-q", "needs-restarting", "-r")
        # A dnf without this plugin ends with 1 as well, so the words decide.
        if "Reboot is required" in outcome.stdout or "Reboot should not be necessary" in outcome.stdout:
            return "Reboot is required" in outcome.stdout, "dnf needs-restarting -r"
    if which("needrestart"):
        match = re.search(r"^NEEDRESTART-KSTA: ([123])", capture("needrestart", "-b", "-k").stdout, re.M)
        if match:
            return match.group(1) != "1", "needrestart"
    return newer_kernel()


def newer_kernel(boot="/boot", running=None):
    """Compare the running kernel with those in /boot; return as `reboot_needed` does."""
    running = running or os.uname().release
    names = [os.path.basename(path)[len("vmlinuz-"):] for path in glob.glob(os.path.join(boot, "vmlinuz-*"))]
    kernels = sorted((name for name in names if "rescue" not in name), key=natural)
    if running not in kernels:
        return None, "the running kernel %s is not among those in %s" % (running, boot)
    return kernels[-1] != running, "kernel %s runs, %s is installed" % (running, kernels[-1])


def natural(text):
    """Return a key that sorts the numbers in a text by value.

    >>> sorted(["6.1.0-10", "6.1.0-9"], key=natural)
    ['6.1.0-9', '6.1.0-10']
    """
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.findall(r"\d+|\D+", text)]
