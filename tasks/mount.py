"""File systems: their lines in fstab, and whether they are mounted."""

import os
import re

from muster.target.files import make_directory, read, remove, write
from muster.target.system import capture, run
from muster.target.task import Change, Choice, Failure, Path, task
from muster.target.text import lines_of
from muster.target.veil import veiled

FSTAB = "/etc/fstab"
CODES = (("\\", "\\134"), (" ", "\\040"), ("\t", "\\011"), ("\n", "\\012"))  # As fstab(5) has them.
PASSWORD = re.compile(r"\bpass(?:word)?=([^,\s]+)")  # Of CIFS, among the options.


@task(aliases={"name": "path"})
def mount(
    path: Path,
    state: Choice("mounted", "present", "unmounted", "absent", "remounted", "ephemeral", "absent_from_fstab"),
    src: str = None,
    fstype: str = None,
    opts: str = None,
    dump: str = "0",
    passno: str = "0",
    boot: bool = True,
    fstab: Path = None,
    backup: bool = False,
    opts_no_log: bool = False,
):
    """Ensure a file system has its line in fstab, is mounted, or neither.

    path: where it is mounted; "none" for swap
    state: mounted (line and mount), present (the line only), ephemeral (the mount only), unmounted (the line stays),
        absent_from_fstab (the mount stays), absent (both go, and the empty directory), or remounted
    src: device, or what stands for it: UUID=..., server:/path, tmpfs
    fstype: kind of file system
    opts: options, as in fstab; "defaults" in a new line
    dump: fifth field of the line
    passno: sixth field of the line
    boot: mount it when the host starts; if not, noauto is among its options
    fstab: another file than /etc/fstab
    backup: keep a copy of fstab before it is changed
    opts_no_log: leave options, which may hold a password, out of the result and the diff

    Example:
      - mount:
          path: /tmp
          src: tmpfs
          fstype: tmpfs
          opts: nodev,nosuid,noexec
          state: mounted

    Returns:
      name: where it is mounted
      src: what is mounted
      fstype: kind of file system
      opts: options
      dump, passno: the last two fields
      fstab: the file
      backup_file: the copy of it, if one was made
    """
    if state in ("mounted", "present", "ephemeral") and not (src and fstype):
        raise Failure("mount needs src and fstype to have %s %s" % (path, state), path=path)
    options = opts or "defaults"
    options += "" if boot or "noauto" in options.split(",") else ",noauto"
    table = Table(fstab or FSTAB, backup, opts_no_log)
    line = [src, path, fstype, options, dump or "0", passno or "0"] if state in ("mounted", "present") else None
    if state in ("mounted", "present", "absent", "absent_from_fstab"):
        yield from table.ensure(path, src, line)
    here = mounted(path)
    if state in ("mounted", "ephemeral"):
        try:
            yield from ensure_mounted(path, here, table, state, [src, fstype, options])
        except Failure as failure:
            yield from table.put_back()  # A line that cannot be mounted may keep the host from booting.
            raise explained(failure, path)
    elif state == "remounted":
        if not here:
            raise Failure("%s is not mounted, so it cannot be mounted again" % path, path=path)
        yield run("mount", "-o", "remount" + ("," + opts if opts else ""), path)
    elif state in ("unmounted", "absent"):
        if here:
            yield run("umount", path)
        if state == "absent" and os.path.isdir(path):
            yield Change("remove the directory %s" % path, lambda: remove_directory(path), paths=[path])
    values = {"name": path, "fstab": table.path, "dump": dump, "passno": passno, "src": src, "fstype": fstype,
              "opts": None if opts_no_log else options}
    return dict(values, **table.extra)


class Table:
    """A fstab: lines of six fields, of which the second is the path; comments stay as they are."""

    def __init__(self, path, backup, private):
        self.path = path
        self.backup = backup
        self.private = private
        self.changed = False
        self.before = None
        self.extra = {}

    def ensure(self, path, src, wanted):
        """Yield what leaves one line, with these fields, for a path (for swap: and a source); or none (wanted None)."""
        text = (read(self.path) or b"").decode("utf-8", "surrogateescape")
        lines, done = [], False
        for line in lines_of(text):
            fields = [unescaped(each) for each in line.split()]
            ours = len(fields) > 3 and not line.lstrip().startswith("#") and fields[1] == path
            if not ours or (path == "none" and src and fields[0] != src):
                lines.append(line)
            elif wanted and not done:
                done = True
                lines.append(line if (fields + ["0", "0"])[:6] == wanted else written(wanted))
        if wanted and not done:
            lines.append(written(wanted))
        after = "".join(line + "\n" for line in lines)
        if after.rstrip("\n") == text.rstrip("\n"):
            return
        self.changed, self.before = True, read(self.path)
        mode = None if os.path.exists(self.path) else 0o644
        self.extra = yield from self.shown(write(self.path, after, mode=mode, backup=self.backup))

    def put_back(self):
        """Yield what makes the file as it was."""
        if self.changed:
            yield from self.shown(remove(self.path) if self.before is None else write(self.path, self.before))

    def shown(self, changes):
        """Yield these changes of the file without what must not be seen; return what they return."""
        steps = veiled(changes, PASSWORD)
        try:
            while True:
                change = next(steps)
                if self.private:
                    change.before = change.after = None
                yield change
        except StopIteration as end:
            return end.value


def written(fields):
    """Return a line of fstab; blanks in a field are written in octal."""
    for sign, code in CODES:
        fields = [each.replace(sign, code) for each in fields]
    return " ".join(fields)


def unescaped(field):
    for sign, code in reversed(CODES):
        field = field.replace(code, sign)
    return field


def mounted(path):
    """Return source and kind of what is mounted at a path, or None."""
    outcome = capture("findmnt", "-rn", "-o", "SOURCE,FSTYPE", "--mountpoint", path)
    if outcome.rc not in (0, 1):
        raise outcome.failure("it cannot be told what is mounted at %s" % path)
    return tuple(outcome.lines[-1].split(" ")) if outcome.ok and outcome.lines else None


def ensure_mounted(path, here, table, state, wanted):
    """Yield what mounts it; a mount whose line has changed is mounted again with the new options."""
    src, fstype, options = wanted
    if state == "ephemeral":
        if here and here != (src, fstype):
            raise Failure("%s is mounted already: %s, not %s" % (path, " ".join(here), src), path=path)
        words = ["-t", fstype, "-o", options, src, path]
    else:
        words = (["-T", table.path] if table.path != "/etc/fstab" else []) + [path]
    if not here:
        yield from make_directory(path)
        yield run("mount", *words)
    elif table.changed:
        if here[0].partition("[")[0] != src and src.startswith("/") and not os.path.exists(src):
            raise Failure("there is no %s to mount at %s" % (src, path), path=path)
        yield run("mount", "-o", "remount", *words)


def explained(failure, path):
    """Return the failure with what mount said first: its last line may be of dmesg only."""
    said = failure.fields.get("stderr", "").strip()
    if not said:
        return failure
    return Failure("%s cannot be mounted: %s" % (path, said.splitlines()[0]), **failure.fields)


def remove_directory(path):
    try:
        os.rmdir(path)
    except OSError as error:
        raise Failure("cannot remove %s: %s" % (path, error.strerror), path=path)
