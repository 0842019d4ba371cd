"""Files of the host, for the controller."""

import os

from muster.target.files import hash_file, sha1
from muster.target.task import Failure, Path, context, task


@task(reads=True)
def fetch(src: Path, have: str = None, fail_on_missing: bool = True):
    """Send a file to the controller.

    src: path of the file on the host
    have: SHA-256 of what the controller has already; such a file is not sent again
    fail_on_missing: fail when there is no such file, or none that this user may read

    Example:
        - name: Keep the host's log here
          fetch:
            src: /var/log/setup.log
            dest: logs/

    Returns:
        src: path of the file
        checksum: SHA-1 of its content
        size: its size in bytes
        sent: whether its content was sent
        file: path of the file where there is none, and that is no failure
    """
    message = trouble(src)
    if message:
        if fail_on_missing:
            raise Failure(message, src=src)
        return {"src": src, "file": src, "msg": message + ", ignored", "sent": False}
    values = {"src": src, "checksum": sha1(src), "size": os.path.getsize(src)}
    if have and hash_file(src, "sha256") == have:
        return dict(values, sent=False)
    with open(src, "rb") as file:
        for piece in iter(lambda: file.read(1 << 18), b""):
            context.send(piece)
    return dict(values, sent=True)


def trouble(path):
    """Return why a path cannot be sent, or None."""
    if os.path.isdir(path):
        return "%s is a directory; fetch takes one file at a time" % path
    if not os.path.exists(path):
        return "there is no file %s on the host" % path
    return None if os.access(path, os.R_OK) else "this user may not read %s; become: true may help" % path
