"""What there is to know about a path."""

import os

from muster.target.files import hash_file
from muster.target.status import facts
from muster.target.system import capture
from muster.target.task import Choice, Path, task


@task(
    aliases={"dest": "path", "name": "path", "checksum": "checksum_algorithm", "checksum_algo": "checksum_algorithm",
             "mime": "get_mime", "mime_type": "get_mime", "mime-type": "get_mime", "attr": "get_attributes",
             "attributes": "get_attributes"},
    obsolete=("get_md5",), reads=True,
)
def stat(
    path: Path, follow: bool = False, get_checksum: bool = True, get_mime: bool = False, get_attributes: bool = False,
    checksum_algorithm: Choice("md5", "sha1", "sha224", "sha256", "sha384", "sha512") = "sha1",
):
    """Tell what a path is: its kind, owner, permissions, size, times and checksum.

    path: the path
    follow: tell of what a link points to, not of the link
    get_checksum: compute the checksum of a file
    get_mime: ask `file` for the kind of content; Ansible does so unless told not to, which is slow
    get_attributes: ask `lsattr` for the file system's attributes; Ansible does so unless told not to
    checksum_algorithm: how the checksum is computed

    Example:
        - name: See whether the host wants a reboot
          stat:
            path: /run/reboot-required
          register: reboot
        - debug:
            msg: it does
          when: reboot.stat.exists

    Returns:
        stat.exists: whether there is anything
        stat.path: the path
        stat.isreg: whether it is a file; likewise isdir, islnk, isblk, ischr, isfifo, issock, isuid, isgid
        stat.mode: permissions, as "0644"; likewise rusr, wusr, xusr, rgrp ... xoth, each true or false
        stat.readable: whether this user may read it; likewise writeable and executable
        stat.uid: number of the owner; likewise gid
        stat.pw_name: name of the owner, or the number; likewise gr_name
        stat.size: in bytes; likewise blocks and block_size
        stat.mtime: when the content changed, in seconds since 1970; likewise atime and ctime
        stat.inode: its number; likewise dev, device_type and nlink
        stat.checksum: of a file's content, if this user may read it
        stat.lnk_source: the real path that a link leads to
        stat.lnk_target: what is written in a link
        stat.mimetype: the kind of content, as "text/plain", with get_mime; likewise charset
        stat.attributes: words such as "immutable", with get_attributes; likewise attr_flags and version
    """
    try:
        have = os.stat(path) if follow else os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return {"stat": {"exists": False}}
    values = dict(
        facts(have), exists=True, path=path, blocks=have.st_blocks, block_size=have.st_blksize,
        device_type=have.st_rdev, readable=os.access(path, os.R_OK), writeable=os.access(path, os.W_OK),
        executable=os.access(path, os.X_OK),
    )
    if values["islnk"]:
        values["lnk_source"] = os.path.realpath(path)
        values["lnk_target"] = os.readlink(path)
    if values["isreg"] and get_checksum and values["readable"]:
        values["checksum"] = hash_file(path, checksum_algorithm)
    if get_mime:
        values["mimetype"], values["charset"] = kind_of_content(path, follow)
    if get_attributes:
        values.update(attributes(path))
    return {"stat": values}


def kind_of_content(path, follow):
    """Return what `file` says: ("text/plain", "us-ascii"), or "unknown" twice."""
    outcome = capture("file", "--brief", "--mime", *((["--dereference"] if follow else []) + ["--", path]))
    kind, separator, charset = outcome.stdout.strip().partition("; charset=")
    return (kind, charset) if outcome.ok and separator else ("unknown", "unknown")


# The letters of lsattr(1).
ATTRIBUTES = {
    "A": "noatime", "a": "append", "C": "nocow", "c": "compressed", "D": "dirsync", "d": "nodump", "E": "encrypted",
    "e": "extents", "F": "casefold", "I": "indexed", "i": "immutable", "j": "journalled", "N": "inline",
    "P": "projinherit", "S": "synchronous", "s": "zero", "T": "toplevel", "t": "notailmerging", "u": "undelete",
    "V": "verity", "X": "compressedraw", "Z": "compresseddirty",
}


def attributes(path):
    """Return what `lsattr` says: {"attr_flags": "ie", "attributes": ["immutable", "extents"], "version": "12"}.

    Links, and file systems without such attributes, have none, and no version.
    """
    outcome = capture("lsattr", "-vd", "--", path)
    version, flags = outcome.stdout.split()[:2] if outcome.ok else (None, "")
    flags = flags.replace("-", "")
    return {"version": version, "attr_flags": flags, "attributes": [ATTRIBUTES.get(flag, flag) for flag in flags]}
