"""Archives of files on the host: tar, compressed or not, and zip; and single files compressed."""

import glob
import os
from fnmatch import fnmatch

from muster.target.files import attributes as looks_of
from muster.target.files import remove as remove_path
from muster.target.marks import mark
from muster.target.packs import COMPRESSED, Compressed, Tar, Zip
from muster.target.status import owned
from muster.target.task import Change, Choice, Failure, Mode, Path, task


@task(aliases={"attr": "attributes"}, obsolete=("unsafe_writes",))
def archive(
    path: [Path], dest: Path = None, format: Choice("gz", "bz2", "xz", "tar", "zip") = "gz",
    exclude_path: [Path] = (), exclusion_patterns: [str] = (), force_archive: bool = False, remove: bool = False,
    owner: str = None, group: str = None, mode: Mode = None, attributes: str = None,
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Pack files and directories of the host in an archive, where it does not hold them as they are.

    path: the files and directories; * and ? stand for any characters
    dest: the archive; for a single file by default its path with the format behind it
    format: gz, bz2 and xz are tar archives that are compressed, or one file that is compressed
    exclude_path: those of the paths that are left out
    exclusion_patterns: names of files and directories that are left out wherever they are
    force_archive: make an archive of a single file, too, and do not just compress it
    remove: remove what was packed
    owner: user who owns the archive
    group: group that owns the archive
    mode: permissions of the archive
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label

    Example:
        - name: Keep the old site
          archive:
            path: /srv/www
            dest: /var/backups/www.tgz
            exclusion_patterns: ["*.log"]
            mode: "0600"

    Returns:
        dest: path of the archive
        dest_state: archive, compress (one file, compressed), incomplete (some paths are not there) or absent
        archived: paths of all that was packed
        missing: paths that are not there
        arcroot: the directory that names in the archive begin in
        expanded_paths: the paths with patterns resolved
        expanded_exclude_paths: likewise of those that are left out
        owner: user who owns the archive
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
        state: file, or absent
    """
    paths, excluded = expanded(path), expanded(exclude_path)
    there = [each for each in paths if os.path.lexists(each) and each not in excluded]
    single = len(paths) == 1 and paths == list(path) and not os.path.isdir(paths[0])
    if not dest and not single:
        raise Failure("archive needs dest: only of a single file the archive can be called by its name")
    dest = dest or "%s.%s" % (paths[0], format)
    root = os.path.commonpath([os.path.abspath(os.path.dirname(each)) for each in paths or [dest]])
    members = [each for each in walked(there, exclusion_patterns) if not same_file(each, dest)]
    kind = Compressed if single and format in COMPRESSED and not force_archive else Zip if format == "zip" else Tar
    pack = kind(dest, format, root, members)
    looks = {"owner": owner, "group": group, "mode": mode}
    if members and pack.differs():
        yield Change("pack %s in %s" % (", ".join(there), dest), lambda: pack.put(**looks), pack.before, pack.after,
                     paths=[dest])
    else:
        yield from looks_of(dest, **looks)
    if remove:
        for each in there:
            yield from remove_path(each.rstrip("/"))
    yield from mark(dest, attributes, seuser, serole, setype, selevel)
    missing = [each for each in paths if not os.path.lexists(each) and each not in there]
    state = "incomplete" if missing and members else pack.state if members or os.path.exists(dest) else "absent"
    return dict(owned(dest), dest=dest, dest_state=state, archived=members, missing=missing,
                arcroot=os.path.join(root, ""), expanded_paths=paths, expanded_exclude_paths=excluded)


def expanded(paths):
    """Return the paths with patterns resolved; one without a pattern is itself, be it there or not."""
    return [each for path in paths for each in (sorted(glob.glob(path)) if glob.has_magic(path) else [path])]


def walked(paths, patterns):
    """Yield the paths, and all that is in directories among them, which are no members themselves."""
    for path in paths:
        if left_out(path, patterns):
            continue
        if os.path.islink(path) or not os.path.isdir(path):
            yield path
            continue
        for directory, names, files in os.walk(path):
            names[:] = sorted(name for name in names if not left_out(os.path.join(directory, name), patterns))
            for name in sorted(names + files):
                if not left_out(os.path.join(directory, name), patterns):
                    yield os.path.join(directory, name)


def left_out(path, patterns):
    return any(fnmatch(path, pattern) or fnmatch(os.path.basename(path), pattern) for pattern in patterns)


def same_file(path, other):
    return os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other)
