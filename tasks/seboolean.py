"""Switches of the SELinux policy."""

import re

from muster.target import semanage
from muster.target.system import capture, run, which
from muster.target.task import Failure, task

LINE = re.compile(r"^(\S+) +\((\w+) *, *(\w+)\)")


@task
def seboolean(name: str, state: bool, persistent: bool = False, ignore_selinux_state: bool = False):
    """Ensure an SELinux boolean is on or off.

    name: the boolean, such as httpd_can_network_connect
    state: whether it should be on
    persistent: after the next boot too
    ignore_selinux_state: change the policy although SELinux is off, which means after the next boot

    Example:
      - seboolean: {name: httpd_can_network_connect, state: true, persistent: true}

    Returns:
      name: the boolean
      state: whether it is on
      persistent: whether it is after the next boot
    """
    if not ignore_selinux_state and not semanage.is_enabled():
        raise Failure("SELinux is disabled on this host; the policy can be changed all the same with "
                      "ignore_selinux_state: true")
    if not which("setsebool"):
        raise Failure("setsebool is not on this host; install policycoreutils")
    wanted = "on" if state else "off"
    running = semanage.is_enabled()
    differs = running and now(name) != wanted
    lasting = persistent or not running
    if lasting and not differs:
        semanage.need_selinux(ignore=True)
        kept = {match.group(1): match.group(3) for match in map(LINE.match, semanage.listed("boolean")) if match}
        if name not in kept:
            raise unknown(name)
        differs = kept[name] != wanted
    if differs:
        yield run("setsebool", *(["-P"] if lasting else []) + ([] if running else ["-N"]) + [name, wanted])
    return {"name": name, "state": state, "persistent": persistent}


def now(name):
    """Return "on" or "off" from what getsebool prints, "NAME --> on"."""
    outcome = capture("getsebool", name)
    match = re.match(r"\S+ --> (on|off)", outcome.stdout)
    if not match:
        raise unknown(name)
    return match.group(1)


def unknown(name):
    return Failure("the SELinux policy has no boolean %s; getsebool -a lists all there are" % name)
