"""What the host knows about a path, as plain data for results."""

import os
import stat

from muster.target.files import group_name, user_name


def owned(path, follow=True):
    """Return owner, group, uid, gid, mode (octal text), size and state of a path; only the state when nothing is there.

    state: absent, file, directory, link or hard (a file with more names than one)
    """
    try:
        have = os.stat(path) if follow else os.lstat(path)
    except OSError:
        return {"state": "absent"}
    return {
        "uid": have.st_uid, "gid": have.st_gid, "owner": user_name(have.st_uid), "group": group_name(have.st_gid),
        "mode": "%04o" % stat.S_IMODE(have.st_mode), "size": have.st_size, "state": state(have),
    }


def state(have):
    if stat.S_ISLNK(have.st_mode):
        return "link"
    if stat.S_ISDIR(have.st_mode):
        return "directory"
    return "hard" if have.st_nlink > 1 else "file"


def facts(have):
    """Return what `stat` and `find` tell of a path, from what the system says of it (an `os.stat_result`)."""
    mode = have.st_mode
    values = {
        "mode": "%04o" % stat.S_IMODE(mode), "uid": have.st_uid, "gid": have.st_gid,
        "pw_name": user_name(have.st_uid), "gr_name": group_name(have.st_gid),
        "size": have.st_size, "inode": have.st_ino, "dev": have.st_dev, "nlink": have.st_nlink,
        "atime": have.st_atime, "mtime": have.st_mtime, "ctime": have.st_ctime,
        "isdir": stat.S_ISDIR(mode), "isreg": stat.S_ISREG(mode), "islnk": stat.S_ISLNK(mode),
        "isblk": stat.S_ISBLK(mode), "ischr": stat.S_ISCHR(mode), "isfifo": stat.S_ISFIFO(mode),
        "issock": stat.S_ISSOCK(mode), "isuid": bool(mode & stat.S_ISUID), "isgid": bool(mode & stat.S_ISGID),
    }
    for who, shift in (("usr", 6), ("grp", 3), ("oth", 0)):
        for letter, bit in (("r", 4), ("w", 2), ("x", 1)):
            values[letter + who] = bool(mode >> shift & bit)
    return values
