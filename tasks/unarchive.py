"""Archives that are unpacked on the host: tar, compressed or not, and zip."""

import os
import tempfile

from muster.target.commands import spared
from muster.target.files import attributes as looks_of
from muster.target.marks import mark
from muster.target.status import owned
from muster.target.tarball import Tarball
from muster.target.task import Change, Content, Failure, Mode, Path, context, task, warn
from muster.target.web import Web
from muster.target.zipped import Zipped

# What archives begin with, and what Ansible calls the program for them.
HANDLERS = ((b"PK", "ZipArchive"), (b"\x1f\x8b", "TgzArchive"), (b"BZh", "TarBzipArchive"),
            (b"\xfd7zXZ", "TarXzArchive"), (b"\x28\xb5\x2f\xfd", "TarZstdArchive"), (b"", "TarArchive"))


@task(aliases={"attr": "attributes"}, obsolete=("unsafe_writes", "io_buffer_size"))
def unarchive(
    dest: Path, src: Path = None, content: Content = None, filename: str = None, creates: Path = None,
    include: [str] = (), exclude: [str] = (), extra_opts: [str] = (), keep_newer: bool = False,
    list_files: bool = False, validate_certs: bool = True, owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Unpack an archive where what is in it is missing or differs.

    dest: the directory to unpack it in; it must be there
    src: the archive: on the controller, or with remote_src a path on the host, or a URL that the host downloads
    content: the archive itself
    filename: what it is called then
    creates: when there is this file, nothing is done
    include: only these members; * and ? stand for any characters
    exclude: not these members
    extra_opts: more options for tar (or for unzip), as --strip-components=1
    keep_newer: leave files alone that are newer than in the archive
    list_files: tell what is in the archive
    validate_certs: check the certificate of the server that the archive comes from
    owner: user who owns all that is in the archive
    group: group that owns it
    mode: permissions of all that is in it
    attributes: those of dest that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of the SELinux label of dest
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label

    Example:
        - name: Install the exporter
          unarchive:
            src: https://example.org/exporter-1.8.tar.gz
            dest: /opt/exporter
            remote_src: true
            extra_opts: [--strip-components=1]
            creates: /opt/exporter/exporter

    Returns:
        dest: the directory
        src: the archive
        handler: what unpacked it, as TgzArchive or ZipArchive
        files: names of what is in the archive, with list_files
        owner: user who owns the directory
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0755"
        size: its size in bytes
        state: directory
    """
    if include and exclude:
        raise Failure("give include or exclude, not both")
    if creates and spared([], None, creates):
        return {"skipped": True, "msg": "skipped, since %s exists" % creates, "dest": dest}
    if not os.path.isdir(dest):
        if not context.check or os.path.lexists(dest):
            raise Failure("dest %s is no directory: make it first, with the task type `file`" % dest, dest=dest)
        warn("%s does not exist yet; in a real run an earlier task must make it" % dest)
    rules = {"include": list(include), "exclude": list(exclude), "extra_opts": list(extra_opts),
             "keep_newer": keep_newer}
    looks = {"owner": owner, "group": group, "mode": mode}
    with tempfile.NamedTemporaryFile(prefix=".muster-") as file:
        path = arrived(src, content, validate_certs, file)
        handler = handler_of(path)
        archive = (Zipped if handler == "ZipArchive" else Tarball)(path, dest, rules, ignored(looks))
        yield from unpacked(archive, filename or os.path.basename(src), dest, looks)
    yield from mark(dest, attributes, seuser, serole, setype, selevel)
    values = {"files": list(archive.members)} if list_files else {}
    return dict(owned(dest), dest=dest, src=src or filename, handler=handler, **values)


def arrived(src, content, validate_certs, file):
    """Return the archive's path; what comes from elsewhere is written to `file`."""
    if content is not None:
        for piece in content.chunks():
            file.write(piece)
        file.flush()
        return file.name
    if src is None:
        raise Failure("nothing to unpack: give src")
    if "://" in src:
        with Web(validate_certs=validate_certs).get(src) as answer:
            answer.save(file, {"sha1"})
        return file.name
    if not os.path.isfile(src):
        raise Failure("there is no archive %s on the host" % src)
    return src


def handler_of(path):
    with open(path, "rb") as file:
        begin = file.read(8)
    return next(name for magic, name in HANDLERS if begin.startswith(magic))


def ignored(looks):
    """Return the differences that say nothing: what is set anyway, and what only root can have as in the archive."""
    names = {"owner": "Uid", "group": "Gid", "mode": "Mode"}
    return {name for argument, name in names.items() if looks[argument] is not None or os.geteuid() != 0}


def unpacked(archive, name, dest, looks):
    """Yield the change that unpacks an archive, where it has to be, and those that give members their attributes."""
    paths = [os.path.normpath(os.path.join(dest, member)) for member in archive.members]
    wanted = any(look is not None for look in looks.values())
    differing = archive.differing()
    if not differing:
        for path in paths if wanted else ():
            yield from looks_of(path, follow=False, **looks)
        return

    def do():
        archive.unpack(differing)
        for path in paths if wanted else ():
            for change in looks_of(path, follow=False, **looks):
                change.do()

    shown = "".join(member + "\n" for member in differing)
    yield Change("unpack %s in %s" % (name, dest), do, "", shown, paths=lambda: with_parents(paths, dest))


def with_parents(paths, dest):
    """Return paths and the directories they are in, up to `dest`, which unpacking makes as well."""
    found = set(paths)
    for path in paths:
        while os.path.dirname(path) not in found and os.path.dirname(path).startswith(dest.rstrip("/") + "/"):
            path = os.path.dirname(path)
            found.add(path)
    return sorted(found)
