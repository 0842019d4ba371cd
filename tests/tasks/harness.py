"""Performs a task type on this machine as the agent does on a host, and keeps trees of files as data.

    result = perform(lineinfile, {"path": str(tmp_path / "hosts"), "line": "::1 localhost", "create": True})
    assert result["changed"] and result["changes"] == ["create .../hosts"]
"""

import hashlib
import inspect
import os
import stat

from muster.target.agent import carry_out
from muster.target.task import Content, context


def content(data):
    """Return `Content` as the agent hands it to a task type, for bytes or text."""
    data = data.encode() if isinstance(data, str) else data
    return Content(len(data), hashlib.sha256(data).hexdigest(), lambda: iter([data]))


def perform(function, arguments, check=False, diff=True, record=None):
    """Carry out one task and return its result as `register` would keep it.

    Beside the task type's own values: changed, failed, skipped, msg of a failure, `changes` (what was yielded, in
    words), `diff` (a list of pairs, before and after) and `warnings`. Text for an argument of the kind `Content` is
    wrapped.
    record: keeps what paths were, see muster.target.undo
    A task type that breaks (raises what is no `Failure`) fails the test.
    """
    context.record = record
    values, changes = carry_out(function, wrap(function, arguments), check, diff)
    context.check, context.diff, context.record = False, False, None
    assert "exception" not in values, values["exception"]
    result = dict({"failed": False, "skipped": False, "warnings": []}, **values)
    result["changes"] = [what for what, _, _ in changes]
    result["diff"] = [(before, after) for _, before, after in changes]
    return result


def wrap(function, arguments):
    """Return the arguments with text turned into `Content` where the signature asks for it."""
    kinds = {name: parameter.annotation for name, parameter in inspect.signature(function).parameters.items()}
    return {
        name: content(value) if kinds.get(name) is Content and isinstance(value, (str, bytes)) else value
        for name, value in arguments.items()
    }


def snapshot(root):
    """Return what is below a directory: {relative path: (kind, mode, owner, group, mtime, bytes or target)}."""
    tree = {}
    for directory, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(directory, name)
            have = os.lstat(path)
            held = None
            if stat.S_ISLNK(have.st_mode):
                held = os.readlink(path)
            elif stat.S_ISREG(have.st_mode):
                with open(path, "rb", opener=quietly) as file:
                    held = file.read()
            # A directory's time says no more than its entries do, and reading beside it may touch it.
            mtime = have.st_mtime_ns if stat.S_ISREG(have.st_mode) else None
            kind = stat.S_IFMT(have.st_mode)
            tree[os.path.relpath(path, root)] = (
                kind, stat.S_IMODE(have.st_mode), have.st_uid, have.st_gid, mtime, held)
    return tree


def quietly(path, flags):
    """Open a file without touching the time of its last access, which is one of the things tests look at."""
    return os.open(path, flags | os.O_NOATIME)


def plant(root, files):
    """Create files below a directory.

    files: {path: text} or {path: {content | link | hard, mode, time}}; a path that ends in / is a directory. Links
        may name ROOT. Modes are octal text; time is seconds since 1970. Without a mode files get 0644 and directories
        0755.
    """
    for name, wanted in (files or {}).items():
        path = os.path.join(str(root), name)
        wanted = wanted if isinstance(wanted, dict) else {"content": wanted or ""}
        os.makedirs(os.path.dirname(path.rstrip("/")), exist_ok=True)
        if "link" in wanted:
            os.symlink(wanted["link"].replace("ROOT", str(root)), path)
            continue
        if "hard" in wanted:
            os.link(os.path.join(str(root), wanted["hard"]), path)
        elif name.endswith("/"):
            os.makedirs(path, exist_ok=True)
        else:
            with open(path, "wb") as file:
                file.write(as_bytes(wanted.get("content", "")))
        os.chmod(path, int(wanted.get("mode", "0755" if name.endswith("/") else "0644"), 8))
        if "time" in wanted:
            os.utime(path, (wanted["time"], wanted["time"]))


def as_bytes(value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8")
