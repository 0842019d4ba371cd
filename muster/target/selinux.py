"""The SELinux label of a file: user:role:type:level."""

import os

from muster.target.files import security_label
from muster.target.system import run


def label(path, seuser=None, serole=None, setype=None, selevel=None):
    """Yield the change that gives a path these parts of a label; nothing where SELinux is off."""
    wanted = [seuser, serole, setype, selevel]
    if not any(wanted) or not os.path.exists("/sys/fs/selinux/enforce"):
        return
    parts = (security_label(path) or b"").decode("ascii", "replace").rstrip("\0").split(":", 3)
    have = parts + [""] * (4 - len(parts))
    if any(want is not None and want != part for want, part in zip(wanted, have)):
        names = ("--user", "--role", "--type", "--range")
        options = ["%s=%s" % (name, want) for name, want in zip(names, wanted) if want is not None]
        yield run("chcon", *(options + ["--", path]), paths=[path])
