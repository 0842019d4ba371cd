"""Files with content from the controller, or from elsewhere on the host."""

import os
import stat

from muster.target.files import (
    LARGEST_DIFF,
    attributes,
    hash_file,
    make_directory,
    make_one,
    new_hash,
    same,
    sha1,
    write,
)
from muster.target.marks import mark
from muster.target.status import owned
from muster.target.task import Change, Content, Failure, Mode, Path, context, task, warn


@task(aliases={"thirsty": "force", "attr": "attributes"}, obsolete=("unsafe_writes",))
def copy(
    dest: Path, content: Content = None, src: Path = None, remote_src: bool = False, filename: str = None,
    owner: str = None, group: str = None, mode: Mode = None, directory_mode: Mode = None, backup: bool = False,
    force: bool = True, validate: str = None, follow: bool = False, local_follow: bool = True, checksum: str = None,
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None, attributes: str = None,
):
    """Give a file on the host the content of another file, or of a text.

    dest: path of the file; a directory that exists, or a path that ends in /, gets a file of the source's name
    content: what the file is to hold
    src: the file (or, with remote_src, file or directory) to copy from; of a directory that ends in / the content
    remote_src: src is a path on the host
    filename: name of the file when dest is a directory; by default that of src
    owner: user who owns it
    group: group that owns it
    mode: permissions; "preserve" takes those of src
    directory_mode: permissions of directories that are made on the way
    backup: keep a copy of what was there
    force: replace a file that has other content; if not, a file that exists is left as it is
    validate: command that checks the new file before it is put in place; %s stands for it
    follow: when dest is a link, write to what it points to instead of replacing it
    local_follow: copy what links in src point to, not the links
    checksum: SHA-1 that the source must have
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these

    Example:
        - name: Greet those who log in
          copy:
            content: "This host is managed by muster.\\n"
            dest: /etc/motd
            owner: root
            mode: "0644"

    Returns:
        dest: path of the file
        src: where it came from, if that was on the host
        checksum: SHA-1 of its content
        backup_file: the copy of what was there, if one was made
        owner: user who owns it
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
        state: file or directory
    """
    looks = {"owner": owner, "group": group, "mode": mode}
    marks = {"attributes": attributes, "seuser": seuser, "serole": serole, "setype": setype, "selevel": selevel}
    rules = {"backup": backup, "validate": validate, "follow": follow}
    if remote_src and src and os.path.isdir(src):
        dest = os.path.join(dest, "" if src.endswith("/") else os.path.basename(src))
        yield from copy_tree(src, dest.rstrip("/"), looks, directory_mode, rules, force, local_follow)
        yield from mark(dest, **marks)
        return dict(owned(dest), dest=dest, src=src)
    if src and not filename:
        filename = os.path.basename(src)
    source = source_of(content, src, remote_src, checksum)
    if mode == "preserve" and remote_src and src:
        looks["mode"] = stat.S_IMODE(os.stat(src).st_mode)
    dest = yield from telling(source, file_in(dest, filename, owner, group, directory_mode))
    if follow:
        dest = os.path.realpath(dest)
    values = {"dest": dest, "src": src} if src else {"dest": dest}
    if not force and os.path.exists(dest):
        return dict(owned(dest), msg="file already exists", **values)
    values.update((yield from telling(source, write(dest, source, **dict(looks, **rules)))))
    yield from mark(dest, **marks)
    return dict(owned(dest), checksum=outcome_sha1(dest, source), **values)


def source_of(content, src, remote_src, checksum):
    """Return the `Content` to write; raise Failure when there is none, or it is not what `checksum` says."""
    if remote_src and src:
        if not os.path.exists(src):
            raise Failure("there is no %s on this host to copy from" % src)
        content = on_host(src)
    if content is None:
        raise Failure("nothing to copy: give content, or src")
    if checksum:
        have = sha1_of(content)
        if have != checksum.lower():
            raise Failure("the source is not what checksum says it is", checksum=have, expected_checksum=checksum)
    return content


def on_host(path):
    """Return the `Content` of a file of this host."""

    def chunks():
        with open(path, "rb") as file:
            yield from iter(lambda: file.read(1 << 18), b"")

    return Content(os.path.getsize(path), hash_file(path, "sha256"), chunks)


def sha1_of(content):
    digest = new_hash("sha1", content.size)
    for chunk in content.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def telling(source, steps):
    """Go these steps; when one fails, the result tells the source's SHA-1, unless it is too large to fetch for that."""
    try:
        return (yield from steps)
    except Failure as failure:
        if source.size < LARGEST_DIFF:
            failure.fields.setdefault("checksum", sha1_of(source))
        raise


def outcome_sha1(dest, source):
    """Return the SHA-1 that the file has, or in check mode would have; None for what is too large to fetch for that."""
    if source.data is None and (not context.check or same(dest, source)):
        return sha1(dest)
    return sha1_of(source) if source.size < LARGEST_DIFF else None


def file_in(dest, filename, owner, group, directory_mode):
    """Return the path of the file, inside `dest` if that is a directory; yield what makes one that ends in a slash."""
    directory = dest if dest.endswith("/") or os.path.isdir(dest) else None
    if directory:
        if not filename:
            raise Failure("%s is a directory, and the content has no name of its own: say which file" % dest)
        yield from make_directory(directory.rstrip("/") or "/", owner, group, directory_mode)
        return os.path.join(directory, os.path.basename(filename))
    parent = os.path.dirname(dest) or "."
    if not os.path.isdir(parent):
        if not context.check:
            raise Failure("the directory %s does not exist: make it first, with the task type `file`" % parent)
        warn("%s does not exist yet; in a real run an earlier task must make it" % parent)
    return dest


def copy_tree(src, dest, looks, directory_mode, rules, force, local_follow):
    """Yield what makes `dest` hold all that `src` holds; what else is in `dest` stays."""
    if inside(dest, src):
        raise Failure("%s is in %s, which would be copied into itself without end" % (dest, src))
    for directory, names, files in os.walk(src, followlinks=local_follow):
        names.sort()
        for name in names:
            if local_follow and inside(directory, os.path.join(directory, name)):
                raise Failure("the link %s leads back to a directory it is in; use local_follow: no to copy links as "
                              "links" % os.path.join(directory, name))
        target = os.path.normpath(os.path.join(dest, os.path.relpath(directory, src)))
        mode = directory_mode if directory_mode is not None else stat.S_IMODE(os.stat(directory).st_mode)
        if os.path.isdir(target):
            yield from attributes(target, looks["owner"], looks["group"])
        elif directory == src:
            yield from make_directory(target, looks["owner"], looks["group"], mode)
        else:
            # Not make_directory: in check mode it would name parents again that were only noted.
            yield Change("create the directory %s" % target, make_one(target, looks["owner"], looks["group"], mode),
                         paths=[target])
        links = [name for name in names + files if os.path.islink(os.path.join(directory, name))]
        for name in sorted(set(files) | set(() if local_follow else links)):
            origin, copied = os.path.join(directory, name), os.path.join(target, name)
            if name in links and not local_follow:
                yield from copy_link(os.readlink(origin), copied)
            elif force or not os.path.exists(copied):
                wanted = looks["mode"]
                if wanted in (None, "preserve"):
                    wanted = stat.S_IMODE(os.stat(origin).st_mode)
                yield from write(copied, on_host(origin), **dict(looks, mode=wanted, **rules))


def inside(path, directory):
    """Tell whether a path is in a directory, or is the directory itself, whatever links lead there."""
    return (os.path.realpath(path) + "/").startswith(os.path.realpath(directory).rstrip("/") + "/")


def copy_link(points_to, path):
    """Yield the change that makes `path` a link, if it is not that link already."""
    if os.path.lexists(path):
        if not os.path.islink(path) or os.readlink(path) != points_to:
            raise Failure("%s is in the way of a link to %s" % (path, points_to))
        return
    yield Change("link %s to %s" % (path, points_to), lambda: os.symlink(points_to, path), paths=[path])
