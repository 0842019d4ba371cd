"""SELinux: the label of a file, user:role:type:level, and who a login becomes."""

import os

from muster.target.files import security_label
from muster.target.peek import peek
from muster.target.system import run

ON = "/sys/fs/selinux/enforce"
POLICIES = "/etc/selinux"


def enabled():
    """Tell whether the kernel enforces SELinux, or would if it were not permissive."""
    return os.path.exists(ON)


def user_of(login):
    """Return the SELinux user that a login becomes, or None where the policy names none for it.

    Source: seusers(5); the file lies in the directory of the policy that /etc/selinux/config names.
    """
    policy = next((line.partition("=")[2].strip() for line in peek(POLICIES + "/config").splitlines()
                   if line.startswith("SELINUXTYPE=")), "targeted")
    rows = [line.split(":") for line in peek("%s/%s/seusers" % (POLICIES, policy)).splitlines()]
    return next((fields[1] for fields in rows if fields[0] == login and len(fields) > 1), None)


def label(path, seuser=None, serole=None, setype=None, selevel=None):
    """Yield the change that gives a path these parts of a label; nothing where SELinux is off."""
    wanted = [seuser, serole, setype, selevel]
    if not any(wanted) or not enabled():
        return
    parts = (security_label(path) or b"").decode("ascii", "replace").rstrip("\0").split(":", 3)
    have = parts + [""] * (4 - len(parts))
    if any(want is not None and want != part for want, part in zip(wanted, have)):
        names = ("--user", "--role", "--type", "--range")
        options = ["%s=%s" % (name, want) for name, want in zip(names, wanted) if want is not None]
        yield run("chcon", *(options + ["--", path]), paths=[path])
