"""The mode of SELinux."""

import os
import re

from muster.target.files import read, write
from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, Path, task, warn

CONFIG = "/etc/selinux/config"


@task(aliases={"conf": "configfile", "file": "configfile"})
def selinux(
    state: Choice("enforcing", "permissive", "disabled"),
    policy: str = None,
    configfile: Path = None,
):
    """Ensure SELinux is in a mode, now and after the next boot.

    state: enforcing, permissive or disabled; from and to disabled only a boot leads
    policy: name of the policy, such as targeted; needed unless disabled
    configfile: the file that is read at boot, /etc/selinux/config

    Example:
      - selinux: {state: enforcing, policy: targeted}

    Returns:
      state: the mode that was asked for
      policy: the policy
      configfile: the file
      reboot_required: whether it takes a boot until the host is in this mode
      msg: what was done
    """
    configfile = configfile or CONFIG
    if state != "disabled" and not policy:
        raise Failure("selinux needs the name of a policy to be %s" % state)
    before = read(configfile)
    if before is None:
        raise Failure("there is no %s on this host; install selinux-policy-targeted (RHEL, Amazon Linux), or "
                      "selinux-basics and selinux-policy-default (Debian)" % configfile)
    now = mode()
    text = before.decode("utf-8", "surrogateescape")
    after = with_setting(text, "SELINUX", state)
    if policy:
        if state != "disabled" and not os.path.isdir(os.path.join(os.path.dirname(configfile), policy)):
            raise Failure("the policy %s is not on this host; install selinux-policy-%s" % (policy, policy))
        after = with_setting(after, "SELINUXTYPE", policy)
    if after != text:
        yield from write(configfile, after)
    boot = (now == "disabled") != (state == "disabled")
    if not boot and now != state:
        yield run("setenforce", "1" if state == "enforcing" else "0")
    if boot:
        warn("SELinux is %s until the host boots; it is to be %s" % (now, state))
    return {"state": state, "policy": policy or "", "configfile": configfile, "reboot_required": boot,
            "msg": "SELinux was %s" % now}


def mode():
    """Return the mode that the host is in."""
    if not which("getenforce"):
        return "disabled"
    return capture("getenforce", check=True).stdout.strip().lower()


def with_setting(text, name, value):
    """Return the file's text with one line for a setting."""
    line = "%s=%s" % (name, value)
    if re.search(r"(?m)^%s=" % name, text):
        return re.sub(r"(?m)^%s=.*$" % name, lambda match: line, text)
    return text + ("" if text.endswith("\n") or not text else "\n") + line + "\n"
