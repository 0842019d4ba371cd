"""Archives of zip."""

import os
import stat
import time
import zlib

from muster.target.files import umask
from muster.target.system import capture, which
from muster.target.task import Failure


class Zipped:
    """A zip archive that is to be unpacked; parameters as for `muster.target.tarball.Tarball`."""

    def __init__(self, src, dest, rules, ignored):
        import zipfile

        self.src = src
        self.dest = dest
        self.rules = rules
        self.ignored = ignored
        try:
            self.archive = zipfile.ZipFile(src)
        except zipfile.BadZipFile as error:
            raise Failure("cannot unpack %s: %s" % (src, error))
        self.members = {info.filename: info for info in self.archive.infolist() if self.wanted(info.filename)}
        if rules["include"] and not self.members:
            raise Failure("nothing in %s is called %s" % (src, ", ".join(rules["include"])))

    def wanted(self, name):
        """Tell whether a member is to be unpacked; raise Failure for one that would land elsewhere."""
        if name.startswith("/") or ".." in name.split("/"):
            raise Failure("%s has the member %s, which leads out of the directory it is unpacked in" % (self.src, name))
        include, exclude = self.rules["include"], self.rules["exclude"]
        return (not include or fits(name, include)) and not fits(name, exclude)

    def differing(self):
        """Return the names of the members that are not in `dest` as they are in the archive."""
        return [name for name, info in self.members.items() if self.differs(name, info)]

    def differs(self, name, info):
        path = os.path.join(self.dest, name)
        if not os.path.lexists(path):
            return True
        have = os.lstat(path)
        if name.endswith("/"):
            return not os.path.isdir(path)
        if self.rules["keep_newer"] and have.st_mtime > moment(info):
            return False
        if self.is_link(info):
            return not stat.S_ISLNK(have.st_mode) or os.fsencode(os.readlink(path)) != self.archive.read(info)
        if not stat.S_ISREG(have.st_mode) or have.st_size != info.file_size or checksum(path) != info.CRC:
            return True
        return "Mode" not in self.ignored and stat.S_IMODE(have.st_mode) != mode(info)

    def unpack(self, names):
        """Unpack these members, or with options for unzip let it do the work."""
        import zipfile

        if self.rules["extra_opts"]:
            return self.unzip()
        try:
            # Links come last, so that nothing is put where a link of the archive leads.
            for name in sorted(names, key=lambda name: self.is_link(self.members[name])):
                self.put(self.members[name], os.path.join(self.dest, name))
        except (RuntimeError, NotImplementedError) as error:  # It is encrypted, or compressed in an unusual way.
            raise Failure("cannot unpack %s: %s; with extra_opts, such as -q, unzip does it" % (self.src, error))
        except (zlib.error, EOFError, zipfile.BadZipFile) as error:
            raise Failure("cannot unpack %s, which is damaged: %s" % (self.src, error))

    @staticmethod
    def is_link(info):
        return stat.S_ISLNK(info.external_attr >> 16)

    def put(self, info, path):
        """Put one member in its place, with its permissions and time."""
        if info.filename.endswith("/"):
            os.makedirs(path, exist_ok=True)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isdir(path) and not os.path.islink(path):
            raise Failure("the directory %s is in the way of what is no directory in %s" % (path, self.src))
        new = os.path.join(os.path.dirname(path), ".muster-%d" % os.getpid())
        try:
            if self.is_link(info):
                os.symlink(self.archive.read(info), os.fsencode(new))
            else:
                with self.archive.open(info) as source, open(new, "xb") as file:
                    for piece in iter(lambda: source.read(1 << 18), b""):
                        file.write(piece)
                os.chmod(new, mode(info))
                os.utime(new, (moment(info), moment(info)))
            os.rename(new, path)
        finally:
            if os.path.lexists(new):
                os.unlink(new)

    def unzip(self):
        program = which("unzip")
        if not program:
            raise Failure("extra_opts are for unzip, and the host has none: install the package unzip")
        newer = ["-u"] if self.rules["keep_newer"] else []
        excluded = ["-x"] + self.rules["exclude"] if self.rules["exclude"] else []
        outcome = capture(program, "-o", *(newer + self.rules["extra_opts"] + [self.src] + self.rules["include"]
                                           + excluded + ["-d", self.dest]), stream=True)
        if not outcome.ok:
            raise outcome.failure()


def fits(name, patterns):
    """Tell whether a name, or a directory it is in, fits one of these patterns."""
    from fnmatch import fnmatchcase

    parts = name.rstrip("/").split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(fnmatchcase(each, pattern.rstrip("/")) for pattern in patterns for each in above)


def moment(info):
    """Return when a member was changed, in seconds since 1970; zip knows no time zones, so it is the host's."""
    return time.mktime(info.date_time + (0, 0, -1))


def mode(info):
    """Return a file's permissions; archives that were not made on Unix have none."""
    return stat.S_IMODE(info.external_attr >> 16) & 0o777 or 0o666 & ~umask()


def checksum(path):
    """Return the CRC-32 of a file, as zip keeps it of its members."""
    with open(path, "rb") as file:
        return crc(file)


def crc(file):
    """Return the CRC-32 of the rest of an open file."""
    value = 0
    for piece in iter(lambda: file.read(1 << 18), b""):
        value = zlib.crc32(piece, value)
    return value
