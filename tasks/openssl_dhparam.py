"""Parameters for Diffie and Hellman's exchange of keys."""

import os
import re

from muster.target.files import attributes as looks_of
from muster.target.files import read
from muster.target.marks import mark
from muster.target.openssl import made, openssl, put, taken_away
from muster.target.task import Choice, Mode, Path, context, task


@task(aliases={"attr": "attributes"}, obsolete=("select_crypto_backend", "unsafe_writes"))
def openssl_dhparam(
    path: Path,
    state: Choice("present", "absent") = "present",
    size: int = 4096,
    force: bool = False,
    backup: bool = False,
    return_content: bool = False,
    owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a file holds parameters for Diffie-Hellman of this size; to make large ones takes minutes.

    path: file of the parameters, as PEM
    state: whether it should exist
    size: bits
    force: make them anew in any case
    backup: keep a copy of the parameters that are replaced
    return_content: return the parameters themselves
    owner: owner of the file
    group: group of the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
      - openssl_dhparam:
          path: /etc/ssl/dhparams.pem
          size: 2048

    Returns:
      filename: file of the parameters
      size: bits
      dhparams: the parameters, if that was asked for
      backup_file: copy of the parameters that were replaced
    """
    if state == "absent":
        return (yield from taken_away(path, backup))
    extra = {}
    new = force or bits(path) != size
    if new:
        extra = yield from put(path, lambda: made("dhparam", str(size)), "Diffie-Hellman parameters",
                               owner, group, mode, backup)
    else:
        yield from looks_of(path, owner, group, mode)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    if return_content and not (new and context.check):
        extra["dhparams"] = read(path).decode("ascii", "replace")
    return dict({"filename": path, "size": size}, **extra)


def bits(path):
    """Return the size of the parameters in this file, or None where there are none."""
    if not os.path.exists(path):
        return None
    found = re.search(r"\((\d+) bit\)", openssl("dhparam", "-in", path, "-noout", "-text").stdout)
    return int(found.group(1)) if found else None
