"""Files, directories and links: that they are there, whose they are, or that they are gone."""

import os
import time

from muster.target.files import attributes, make_directory, remove, resolved, write
from muster.target.marks import mark
from muster.target.status import owned
from muster.target.task import Change, Choice, Failure, Mode, Path, context, task, warn


@task(aliases={"dest": "path", "name": "path", "attr": "attributes"}, obsolete=("unsafe_writes",))
def file(
    path: Path, state: Choice("absent", "directory", "file", "hard", "link", "touch") = None, src: Path = None,
    owner: str = None, group: str = None, mode: Mode = None, recurse: bool = False, follow: bool = True,
    force: bool = False, modification_time: str = None, modification_time_format: str = "%Y%m%d%H%M.%S",
    access_time: str = None, access_time_format: str = "%Y%m%d%H%M.%S",
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None, attributes: str = None,
):
    """Ensure what kind of thing a path is, whose it is, and who may do what with it.

    path: the path
    state: file (which must exist), directory (made with its parents), link, hard, touch (made when missing, and its
        times set) or absent (removed, with all that is in it); by default what it is now
    src: what a link points to; relative to the link
    owner: user who owns it
    group: group that owns it
    mode: permissions, "0644" or "u=rw,g=r,o="
    recurse: give owner, group and mode to all that is in the directory as well
    follow: take a link as what it points to
    force: make a link also to what does not exist, and in place of a file or an empty directory
    modification_time: "preserve", "now", or a time; now for touch, else preserve
    modification_time_format: how that time is written, as for strftime
    access_time: "preserve", "now", or a time; now for touch, else preserve
    access_time_format: how that time is written
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these

    Example:
        - name: Keep the keys to those who need them
          file:
            path: /etc/pki/private
            state: directory
            owner: root
            mode: "0700"

    Returns:
        path: the path
        dest: the same
        src: what the link points to
        state: what it is now: file, directory, link, hard or absent
        owner: user who owns it
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
    """
    state = state or ("directory" if recurse or os.path.isdir(path) else "file")
    if recurse and state != "directory":
        raise Failure("recurse is for directories, and this is to be: %s" % state, path=path)
    if src and state not in ("link", "hard"):
        raise Failure("src is for links, and this is to be: %s" % state, path=path)
    looks = {"owner": owner, "group": group, "mode": mode}
    if state == "absent":
        yield from remove(path)
        return {"path": path, "dest": path, "state": "absent"}
    if follow and state in ("file", "directory", "touch"):
        path = resolved(path)
    missing = not os.path.lexists(path)
    if state == "link":
        yield from link(path, src, looks, follow, force)
    elif state == "hard":
        path = yield from hard_link(path, src, looks, force)
    elif state == "directory":
        yield from directory(path, looks, recurse, follow)
    else:
        yield from plain(path, state, looks)
    now = "now" if state == "touch" else "preserve"
    wanted = [(modification_time or now, modification_time_format), (access_time or now, access_time_format)]
    if state != "link":
        yield from times(path, wanted, missing)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    values = owned(path, follow=False)
    return dict(values, path=path, dest=path, **({"src": src} if src else {}))


def plain(path, state, looks):
    """Yield what makes sure of a file: it must exist, or (touch) is created empty."""
    if not os.path.lexists(path):
        if state == "file":
            raise Failure("there is no file %s; use state: touch, or `copy`, to create it" % path, path=path,
                          state="absent")
        yield from write(path, b"", **looks)
        return
    if state == "file" and os.path.isdir(path):
        raise Failure("%s is a directory, not a file" % path, path=path, state="directory")
    yield from attributes(path, follow=not os.path.islink(path), **looks)


def directory(path, looks, recurse, follow):
    """Yield what makes a directory, and gives it (and what is in it) its attributes."""
    if os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path)):
        raise Failure("%s is in the way of a directory: it is a %s" % (path, owned(path, False)["state"]), path=path)
    yield from make_directory(path, **looks)
    yield from attributes(path, **looks)
    if recurse:
        yield from all_below(path, looks, follow)


def all_below(path, looks, follow):
    """Yield the attributes for everything in a directory; a link's own, and if followed those of what it points to."""
    for parent, names, files in os.walk(path):
        names.sort()
        for name in names + sorted(files):
            each = os.path.join(parent, name)
            if not os.path.islink(each):
                yield from attributes(each, **looks)
                continue
            yield from attributes(each, looks["owner"], looks["group"], follow=False)
            if follow:
                yield from attributes(os.path.realpath(each), **looks)


def link(path, src, looks, follow, force):
    """Yield what makes a symbolic link."""
    if src is None:
        if not os.path.islink(path):
            raise Failure("src is missing: what shall the link %s point to?" % path, path=path)
        src = os.readlink(path)
    target = os.path.join(os.path.dirname(path), src)
    if not force and not os.path.exists(target):
        if not context.check:
            raise Failure("%s does not exist; use force: yes to link to it all the same" % target, path=path, src=src)
        warn("%s does not exist yet; in a real run an earlier task must make it" % target)
    if not (os.path.islink(path) and os.readlink(path) == src):
        make_way(path, force)
        before = os.readlink(path) if os.path.islink(path) else None
        yield Change("link %s to %s" % (path, src), lambda: put_link(os.symlink, src, path, looks), before, src,
                     paths=[path])
    elif not follow:
        yield from attributes(path, looks["owner"], looks["group"], follow=False)
    if follow:
        yield from attributes(target, **looks)


def hard_link(path, src, looks, force):
    """Yield what makes a second name of a file; return that name, which is in `path` when that is a directory."""
    if src is None or not os.path.exists(src):
        raise Failure("there is no file %s to make %s a second name of" % (src or "(src is missing)", path), path=path)
    if os.path.isdir(path) and not os.path.islink(path):
        path = os.path.join(path, os.path.basename(src))
    if not (os.path.lexists(path) and os.path.samestat(os.lstat(path), os.stat(src))):
        make_way(path, force)
        yield Change("make %s a second name of %s" % (path, src), lambda: put_link(os.link, src, path, {}),
                     paths=[path])
    yield from attributes(src, **looks)
    return path


def make_way(path, force):
    """Raise Failure when what is at this path must not be replaced with a link."""
    if os.path.islink(path) or not os.path.lexists(path):
        return
    if not force:
        raise Failure("%s is a %s; use force: yes to replace it with a link" % (path, owned(path)["state"]), path=path)
    if os.path.isdir(path) and os.listdir(path):
        raise Failure("the directory %s is not empty; it is not replaced with a link" % path, path=path)


def put_link(make, src, path, looks):
    """Make a link and put it in place in one step; an empty directory must go first."""
    temporary = "%s.muster-%d" % (path, os.getpid())
    try:
        make(src, temporary)
        for change in attributes(temporary, looks.get("owner"), looks.get("group"), follow=False):
            change.do()
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        os.rename(temporary, path)
    except OSError as error:
        raise Failure("cannot link %s to %s: %s" % (path, src, error.strerror), path=path)
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def times(path, wanted, new):
    """Yield the change that sets the times of the content and of the last access.

    wanted: two pairs of time and format, modification first
    new: the path was made by this task, so that now is right already
    """
    seconds = [moment(text, form) for text, form in wanted]
    if seconds == ["preserve", "preserve"] or (new and not any(isinstance(each, float) for each in seconds)):
        return
    have = [0.0, 0.0]
    if os.path.exists(path):
        found = os.stat(path)
        have = [found.st_mtime, found.st_atime]
    if any(want == "now" or (want != "preserve" and want != old) for want, old in zip(seconds, have)):
        yield Change("set the times of %s" % path, lambda: set_times(path, seconds), paths=[path])


def moment(text, form):
    """Return "preserve" or "now" as they are, and a time as seconds since 1970."""
    if text in ("preserve", "now"):
        return text
    try:
        return time.mktime(time.strptime(text, form))
    except ValueError:
        raise Failure("%r is not a time as %s: give preserve, now, or such a time" % (text, form))


def set_times(path, seconds):
    have = os.stat(path)
    mtime, atime = (
        old if want == "preserve" else int(time.time() * 10**9) if want == "now" else int(want * 10**9)
        for want, old in zip(seconds, (have.st_mtime_ns, have.st_atime_ns))
    )
    os.utime(path, ns=(atime, mtime))
