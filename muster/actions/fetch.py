"""Files of the host, for the controller."""

from __future__ import annotations

import os
from typing import Any

from muster.actions.action import Download, Failed, Here, Steps, action
from muster.model import Call
from muster.target.files import hash_file, new_hash


@action(obsolete=("mode",))
def fetch(
    here: Here, src: str, dest: str, flat: bool = False, fail_on_missing: bool = True, validate_checksum: bool = True
) -> Steps:
    """Copy a file of the host to the controller.

    src: path of the file on the host
    dest: directory on the controller; the file goes to DEST/HOST/SRC
    flat: dest is the file itself, or ends in / and gets a file of the name of src
    fail_on_missing: fail when there is no such file, or none that can be read
    validate_checksum: fail when the file changed while it was sent

    Example:
        - name: Keep the host's log here
          fetch:
            src: /var/log/setup.log
            dest: logs/

    Returns:
        dest: path of the copy
        src: path of the file on the host
        checksum: SHA-1 of the copy
        remote_checksum: SHA-1 of the file
    """
    if src.startswith("~") or "$" in src:
        # Only the host knows what it stands for.
        found = yield Call("stat", {"path": src, "get_checksum": False})
        if found.failed:
            return found
        src = found.values["stat"].get("path", src)
    path = local_path(here, src, dest, flat)
    have = {"have": hash_file(path, "sha256")} if os.path.isfile(path) else {}
    arrival = Arrival(path, here.host)
    try:
        result = yield Download(Call("fetch", {"src": src, "fail_on_missing": fail_on_missing, **have}),
                                ignore if here.check else arrival.write)
        if result.failed or "checksum" not in result.values:
            return result
        remote = result.values["checksum"]
        values = {"src": src, "dest": path, "checksum": remote, "remote_checksum": remote}
        if here.check or not result.values["sent"]:
            return {**values, "changed": result.values["sent"]}
        values["checksum"] = arrival.digest.hexdigest()
        if validate_checksum and values["checksum"] != remote:
            raise Failed(f"{src} changed while it was sent; validate_checksum: no keeps it all the same", **values)
        arrival.keep()
        return {**values, "changed": True}
    finally:
        arrival.discard()


def ignore(piece: bytes) -> None:
    """Drop a piece: in check mode only whether something would come is of interest."""


def local_path(here: Here, src: str, dest: str, flat: bool) -> str:
    """Return where the copy goes. Nothing in `src` leads out of the host's own directory."""
    inside = os.path.normpath("/" + src).lstrip("/")
    path = os.path.join(here.directory, os.path.expanduser(dest))
    if not flat:
        return os.path.join(os.path.normpath(path), here.host, inside)
    if path.endswith("/"):
        return os.path.join(os.path.normpath(path), os.path.basename(inside))
    if os.path.isdir(path):
        raise Failed(f"{dest} is a directory: end it with / for a file in it, or name the file")
    return os.path.normpath(path)


class Arrival:
    """A file on its way in: it takes its place only once it is whole.

    digest: SHA-1 of what has come
    """

    def __init__(self, path: str, host: str) -> None:
        self.path = path
        self.temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{host}-{os.getpid()}")
        self.digest: Any = new_hash("sha1")
        self.file: Any = None
        self.trouble: OSError | None = None

    def write(self, piece: bytes) -> None:
        """Take in the next piece. Trouble is kept for later: the rest of the file comes along the wire anyway."""
        self.digest.update(piece)
        try:
            self.open().write(piece)
        except OSError as error:
            self.trouble = self.trouble or error

    def open(self) -> Any:
        if self.file is None:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            self.file = open(self.temporary, "wb")  # noqa: SIM115 - it is closed by keep and discard
        return self.file

    def keep(self) -> None:
        """Put the file in its place; raise Failed if it could not be written."""
        try:
            if self.trouble:
                raise self.trouble
            self.open().close()
            os.replace(self.temporary, self.path)
        except OSError as error:
            raise Failed(f"cannot write {self.path} on the controller: {error.strerror}") from None

    def discard(self) -> None:
        """Leave nothing behind of a file that was not kept."""
        if self.file is not None:
            self.file.close()
            if os.path.exists(self.temporary):
                os.unlink(self.temporary)
