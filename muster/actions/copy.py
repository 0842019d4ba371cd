"""Files with content from the controller, or from elsewhere on the host."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from muster.actions.action import Failed, Here, Steps, action
from muster.actions.local_files import read, with_mode
from muster.model import Call, Result

ATTRIBUTES = ("owner", "group", "seuser", "serole", "setype", "selevel")


@action(host_half="copy", hides=("filename",))
def copy(
    here: Here, src: str | None = None, remote_src: bool = False, local_follow: bool = True, decrypt: bool = True,
    **rest: Any
) -> Call | Steps:
    """Give a file on the host the content of another file, or of a text.

    src: the file or directory to copy, looked up in files/ (or, with remote_src, on the host); of a directory that ends
        in / the content
    remote_src: src is a path on the host
    local_follow: copy what links in src point to, not the links
    decrypt: of a file that is encrypted with ansible-vault copy what it holds

    Example:
        - name: Install the certificates
          copy:
            src: certificates/
            dest: /etc/ssl/private
            mode: "0600"
    """
    if bool(src) == ("content" in rest):
        raise Failed("give src or content" + (", not both" if src else ""))
    if not src:
        return Call("copy", rest)
    if remote_src:
        return Call("copy", {**rest, "src": src, "remote_src": True, "local_follow": local_follow})
    path = here.find("files", src)
    if os.path.isdir(path):
        if "checksum" in rest:
            raise Failed(f"checksum is that of one file, and {path} is a directory")
        dest = rest["dest"] if src.endswith("/") else os.path.join(rest["dest"], os.path.basename(path.rstrip("/")))
        return copy_tree(path.rstrip("/"), dest.rstrip("/") or "/", rest, local_follow, decrypt)
    return Call("copy", {**with_mode(rest, path), "content": read(path, decrypt), "filename": os.path.basename(path)})


def copy_tree(src: str, dest: str, rest: dict[str, Any], follow: bool, decrypt: bool = True) -> Steps:
    """Make `dest` hold all that `src` holds, one directory at a time; what else is in `dest` stays."""
    results: list[Result] = []
    top = yield Call("stat", {"path": dest, "follow": True, "get_checksum": False})
    if top.failed:
        return top
    for directory, target in directories(src, dest, follow):
        calls = list(calls_for(directory, target, rest, follow, decrypt))
        if target != dest or not top.values["stat"].get("isdir"):
            calls.insert(0, make_directory(target, rest))
        if not calls:
            continue
        results += yield calls
        if results[-1].failed:
            break
    changed = any(each.changed for each in results)
    values = {"src": src, "dest": dest}
    if results and results[-1].failed:
        values = {**results[-1].values, **values}
    return Result({**values, "changed": changed}, tuple(change for each in results for change in each.changes))


def directories(src: str, dest: str, follow: bool, above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each directory with its place below `dest`, outermost first; one that leads back to itself fails."""
    real = os.path.realpath(src)
    if real in above:
        raise Failed(f"the link {src} leads back to a directory it is in; use local_follow: no to copy links as links")
    yield src, dest
    for entry in entries(src):
        if entry.is_dir(follow_symlinks=follow):
            yield from directories(entry.path, os.path.join(dest, entry.name), follow, (*above, real))


def entries(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise Failed(f"cannot read {directory} on the controller: {error.strerror}") from None


def make_directory(path: str, rest: dict[str, Any]) -> Call:
    wanted = {name: rest[name] for name in ATTRIBUTES if name in rest}
    if "directory_mode" in rest:
        wanted["mode"] = rest["directory_mode"]
    return Call("file", {"path": path, "state": "directory", **wanted})


def calls_for(directory: str, target: str, rest: dict[str, Any], follow: bool, decrypt: bool) -> Iterator[Call]:
    """Yield what copies the files of one directory, and its links if they are not to be followed."""
    for entry in entries(directory):
        path = os.path.join(target, entry.name)
        if entry.is_symlink() and not follow:
            wanted = {name: rest[name] for name in ATTRIBUTES if name in rest}
            yield Call("file", {"path": path, "state": "link", "src": os.readlink(entry.path), "force": True,
                                "follow": False, **wanted})
        elif entry.is_file():
            own = {name: value for name, value in rest.items() if name != "directory_mode"}
            yield Call("copy", {**with_mode(own, entry.path), "content": read(entry.path, decrypt), "dest": path})
        elif not entry.is_dir():
            raise Failed(f"{entry.path} is neither a file nor a directory (nor a link to one), and cannot be copied")
