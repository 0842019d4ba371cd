"""Local changes to the SELinux policy, through semanage. What it prints was recorded on Debian 12 (version 3.4)."""

import os

from muster.target.system import capture, run, which
from muster.target.task import Failure

ENFORCE = "/sys/fs/selinux/enforce"  # There while the kernel has SELinux.


def need_selinux(ignore=False):
    """Raise Failure where the tools are missing, or SELinux is off and that may not be ignored."""
    if not which("semanage"):
        raise Failure("semanage is not on this host; install policycoreutils-python-utils")
    if not ignore and not is_enabled():
        raise Failure("SELinux is disabled on this host; the policy can be changed all the same with "
                      "ignore_selinux_state: true")


def is_enabled():
    return os.path.exists(ENFORCE)


def listed(kind, *options):
    """Return the lines of what there is of a kind (port, fcontext, permissive, boolean), without headings.

    options: -C for local changes only
    """
    return [line for line in capture("semanage", kind, "-l", "-n", *options, check=True).lines if line.strip()]


def change(kind, words, reload=True):
    """Return the change that alters the policy; without reload the kernel has it after the next boot only."""
    return run("semanage", kind, *([] if reload else ["-N"]) + list(words))
