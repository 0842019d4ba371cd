"""Taking changes of files back: what is at a path is kept before it is altered, and put back when that is wanted.

    record = Record("/run/muster/undo/4711")
    record.keep(["/etc/ssh/sshd_config"])    # before each change
    record.restore()                         # all of them

What is kept is on disk, and written through before `keep` returns, so that it outlives the process that altered it.
"""

import json
import os
import shutil
import stat


class Record:
    """A directory that keeps what paths were: a `log` with a line for each, and a numbered file for each content."""

    def __init__(self, directory):
        os.makedirs(directory, mode=0o700, exist_ok=True)
        self.directory = directory
        self.log = os.path.join(directory, "log")

    def keep(self, paths):
        """Keep what is at these paths now, unless it was kept before. Of a directory that is not what is in it."""
        known = {entry["path"] for entry in self.entries()}
        with open(self.log, "a") as log:
            for path in map(os.path.abspath, paths):
                if path in known:
                    continue
                entry = look(path)
                if entry.get("kind") == stat.S_IFREG:
                    entry["content"] = self.copy(path)
                log.write(json.dumps(entry) + "\n")
            log.flush()
            os.fsync(log.fileno())

    def entries(self):
        """Return what was kept, in that order; a line that was cut off belongs to a change that never began."""
        if not os.path.exists(self.log):
            return []
        with open(self.log) as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def copy(self, path):
        """Keep a file's content and return where it is."""
        kept = os.path.join(self.directory, str(len(os.listdir(self.directory))))
        with open(path, "rb") as source, open(kept, "wb", opener=privately) as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
        return kept

    def restore(self):
        """Put everything back, and raise OSError for the first that could not be when all others were.

        A directory that was not there stays if something is in it that was not kept.
        """
        errors = []
        entries = sorted(self.entries(), key=lambda entry: entry["path"])
        # What was not there goes first, and from the inside; then the outermost comes back before what is in it.
        for entry in [each for each in reversed(entries) if "kind" not in each] + [
                each for each in entries if "kind" in each]:
            try:
                put_back(entry)
            except OSError as error:
                errors.append(error)
        if errors:
            raise errors[0]


def privately(path, flags):
    return os.open(path, flags, 0o600)


def look(path):
    """Return what is at a path as plain data; of what is not there only the path.

    kind: one of stat.S_IFREG, S_IFDIR, ...; times are of the last access and of the content, in nanoseconds
    """
    try:
        have = os.lstat(path)
    except FileNotFoundError:
        return {"path": path}
    entry = {"path": path, "kind": stat.S_IFMT(have.st_mode), "mode": stat.S_IMODE(have.st_mode), "uid": have.st_uid,
             "gid": have.st_gid, "times": [have.st_atime_ns, have.st_mtime_ns], "device": have.st_rdev,
             "extended": {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in extended(path)}}
    if stat.S_ISLNK(have.st_mode):
        entry["target"] = os.readlink(path)
    return entry


def extended(path):
    """Return the names of the extended attributes of a path: SELinux's label, access control lists, capabilities."""
    try:
        return os.listxattr(path, follow_symlinks=False)
    except OSError:
        return []  # The file system has none.


def put_back(entry):
    """Make a path what it was."""
    path = entry["path"]
    have = look(path)
    if have.get("kind") != entry.get("kind") or have.get("target") != entry.get("target"):
        clear(path, have)
    if "kind" not in entry:
        return
    if entry["kind"] == stat.S_IFREG:
        put_content(entry)
    elif not os.path.lexists(path):
        make(entry)
    put_attributes(path, entry)


def clear(path, have):
    """Remove what is at a path, but no directory that has something in it."""
    if have.get("kind") == stat.S_IFDIR:
        try:
            os.rmdir(path)
        except OSError:
            if not os.listdir(path):
                raise
    elif "kind" in have:
        os.unlink(path)


def put_content(entry):
    """Give a file the content it had, in one step; one that has it stays, with all its names."""
    path, kept = entry["path"], entry["content"]
    if os.path.exists(path) and same(path, kept):
        return
    temporary = path + ".muster-undo"
    shutil.copyfile(kept, temporary)
    put_attributes(temporary, entry)
    os.rename(temporary, path)


def same(path, other):
    """Tell whether two files hold the same."""
    if os.path.getsize(path) != os.path.getsize(other):
        return False
    with open(path, "rb") as first, open(other, "rb") as second:
        return all(piece == second.read(1 << 18) for piece in iter(lambda: first.read(1 << 18), b""))


def make(entry):
    """Make what is no file: a directory, a link, a device, a pipe."""
    if entry["kind"] == stat.S_IFDIR:
        os.mkdir(entry["path"], 0o700)
    elif entry["kind"] == stat.S_IFLNK:
        os.symlink(entry["target"], entry["path"])
    else:
        os.mknod(entry["path"], entry["kind"] | 0o600, entry["device"])


def put_attributes(path, entry):
    """Give a path its owner, mode, times and extended attributes back; capabilities go with a change of owner."""
    os.chown(path, entry["uid"], entry["gid"], follow_symlinks=False)
    if entry["kind"] != stat.S_IFLNK:
        os.chmod(path, entry["mode"])
    for name in set(extended(path)) - set(entry["extended"]):
        os.removexattr(path, name, follow_symlinks=False)
    for name, value in entry["extended"].items():
        os.setxattr(path, name, bytes.fromhex(value), follow_symlinks=False)
    os.utime(path, ns=tuple(entry["times"]), follow_symlinks=False)
