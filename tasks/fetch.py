"""Files of the host, for the controller."""

import os

from muster.target.files import hash_file, sha1
from muster.target.task import Failure, Path, context, task


@task(reads=True)
def fetch(src: Path, have: str = None, fail_on_missing: bool = True):
    """Send a file to the controller.

    src: path of the file on the host
    have: SHA-256 of what the controller has already; such a file is not sent again
    fail_on_missing: fail when there is no such file

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
    """
    if os.path.isdir(src):
        raise Failure("%s is a directory; fetch takes one file at a time" % src, src=src)
    if not os.path.exists(src):
        message = "there is no file %s on the host" % src
        if fail_on_missing:
            raise Failure(message, src=src)
        return {"src": src, "msg": message + ", ignored", "sent": False}
    values = {"src": src, "checksum": sha1(src), "size": os.path.getsize(src)}
    if have and hash_file(src, "sha256") == have:
        return dict(values, sent=False)
    with open(src, "rb") as file:
        for piece in iter(lambda: file.read(1 << 18), b""):
            context.send(piece)
    return dict(values, sent=True)
