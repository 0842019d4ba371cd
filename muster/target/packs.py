"""What is packed in one file: archives of tar and zip, and single files that are compressed."""

import os
import shutil
import tempfile
import zlib

from muster.target.files import replace
from muster.target.task import Content, Failure
from muster.target.zipped import checksum, crc

# By modules of the standard library.
COMPRESSED = {"gz": "gzip", "bz2": "bz2", "xz": "lzma"}


def damaged():
    """Return the errors that reading what is compressed may end with."""
    try:
        from lzma import LZMAError
    except ImportError:
        LZMAError = EOFError
    return OSError, EOFError, zlib.error, LZMAError


class Pack:
    """What is packed in `dest`: `before` and `after` are lists of members as text, for the diff.

    root: the directory that names in the archive begin in
    members: paths
    """

    state = "archive"

    def __init__(self, dest, format, root, members):
        self.dest = dest
        self.format = format
        self.root = root
        self.members = members
        self.before = self.after = ""
        if format in COMPRESSED:
            self.compressor()

    def compressor(self):
        """Return the module of the standard library that compresses; raise Failure where Python came without it."""
        module = COMPRESSED[self.format]
        try:
            return __import__(module)
        except ImportError:
            raise Failure("this host's Python has no module %s: choose another format than %s" % (module, self.format))

    def name(self, path):
        return os.path.relpath(path, self.root)

    def differs(self):
        """Tell whether the archive holds something else, or is none."""
        old = self.held() if os.path.exists(self.dest) else []
        new = self.wanted()
        self.before, self.after = ("".join("%s\n" % (each,) for each in held) for held in (old, new))
        return sorted(old) != sorted(new) or not os.path.exists(self.dest)

    def put(self, **looks):
        """Pack everything anew and put it in place when it is whole."""
        with tempfile.TemporaryFile(dir=os.path.dirname(self.dest) or ".") as file:
            try:
                self.build(file)
            except ValueError as error:  # zip knows no time before 1980.
                raise Failure("cannot pack %s: %s" % (self.dest, error))
            size = file.tell()
            file.seek(0)
            replace(self.dest, Content(size, None, lambda: iter(lambda: file.read(1 << 18), b"")), **looks)


class Tar(Pack):
    """An archive of tar."""

    def held(self):
        import tarfile

        try:
            with tarfile.open(self.dest) as archive:
                return [entry(info) for info in archive]
        except (tarfile.TarError, *damaged()):
            return ["no archive"]

    def wanted(self):
        import io
        import tarfile

        with tarfile.open(fileobj=io.BytesIO(), mode="w") as archive:
            found = [archive.gettarinfo(path, self.name(path)) for path in self.members]
            return [entry(info) for info in found if info]  # A socket has none.

    def build(self, file):
        import tarfile

        mode = "w" if self.format == "tar" else "w:" + self.format
        with tarfile.open(fileobj=file, mode=mode) as archive:
            for path in self.members:
                archive.add(path, self.name(path), recursive=False)


def entry(info):
    """Return a member of a tar archive as text in which everything shows that makes it another."""
    return "%s %s %04o %d:%d %d %d %s" % (info.name, info.type.decode("ascii"), info.mode & 0o7777, info.uid, info.gid,
                                          info.size, info.mtime, info.linkname)


class Zip(Pack):
    """An archive of zip."""

    def held(self):
        import zipfile

        try:
            with zipfile.ZipFile(self.dest) as archive:
                return ["%s %08x" % (info.filename, info.CRC) for info in archive.infolist()]
        except zipfile.BadZipFile:
            return ["no archive"]

    def wanted(self):
        return ["%s/ %08x" % (self.name(path), 0) if os.path.isdir(path) else
                "%s %08x" % (self.name(path), checksum(path)) for path in self.members]

    def build(self, file):
        import zipfile

        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for path in self.members:
                archive.write(path, self.name(path))


class Compressed(Pack):
    """One file, compressed."""

    state = "compress"

    def held(self):
        try:
            with open(self.dest, "rb") as packed:
                return ["%08x" % crc(self.compressor().open(packed, "rb"))]
        except (ValueError, *damaged()):
            return ["not compressed"]

    def wanted(self):
        return ["%08x" % checksum(self.members[0])]

    def build(self, file):
        with open(self.members[0], "rb") as source, self.compressor().open(file, "wb") as packed:
            shutil.copyfileobj(source, packed)
