"""Files on the host: read them plainly, change them by yielding.

A file is replaced whole or not at all: the new content is written beside it, given the right owner and mode, checked,
and renamed over it. The generators are used as `yield from write(...)`.
"""

import grp
import os
import pwd
import stat

from muster.target.recall import recall
from muster.target.system import capture, words_of
from muster.target.task import Change, Failure, context, warn

LARGEST_DIFF = 100000
# Looking a name up takes as long as all else that a task does with a file that is as it should be.
USERS, GROUPS = ["/etc/passwd"], ["/etc/group"]
# Parts of hashlib that load in a tenth of its time, without OpenSSL, and work in FIPS mode; _sha2 since Python 3.12.
# OpenSSL's are seven times faster: for what is large they are worth loading.
LARGE_HASH = 1 << 22
BUILTIN = {"sha1": ("_sha1",), "sha256": ("_sha256", "_sha2")}


def read(path):
    """Return a file's bytes, or None when it does not exist."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Failure("cannot read %s: %s" % (path, error.strerror))


def sha1(path):
    """Return the file's SHA-1 in hex: what playbooks know as `checksum`."""
    return hash_file(path, "sha1")


def hash_file(path, algorithm):
    """Return the hex digest of a file, read in pieces."""
    with open(path, "rb") as file:
        digest = new_hash(algorithm, os.fstat(file.fileno()).st_size)
        for piece in iter(lambda: file.read(1 << 18), b""):
            digest.update(piece)
    return digest.hexdigest()


def new_hash(algorithm, size=LARGE_HASH):
    """Return a new hash object; SHA-1 is used to name content here, not to protect it, so FIPS hosts must allow it.

    size: of what will be hashed, in bytes, where it is known
    """
    builtin = own_hash(algorithm)
    if builtin and size < LARGE_HASH:
        return builtin
    import hashlib

    try:
        return hashlib.new(algorithm)
    except ValueError:
        if not builtin:
            raise
        return builtin


def own_hash(algorithm):
    """Return a hash object of Python's own, or None where it has none."""
    for module in BUILTIN.get(algorithm, ()):
        try:
            return getattr(__import__(module), algorithm)()
        except ImportError:
            continue  # Another version of Python, or one that was built without it.
    return None


def write(dest, data, owner=None, group=None, mode=None, backup=False, validate=None, follow=True):
    """Yield the changes that give a file this content and these attributes; return {"backup_file": path}, if any.

    data: bytes, text, or `Content`, of which only what differs crosses the wire
    mode: see `muster.target.task.Mode`; a new file gets 0666 less the umask
    validate: a command with %s for the new file, run before it replaces the old
    """
    if mode is not None:
        parse_mode(mode, stat.S_IFREG)  # What is no mode is told before anything is done, and in check mode.
    dest = resolved(dest) if follow else dest
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    extra = {}
    if not same(dest, data):
        if backup and os.path.exists(dest):
            extra["backup_file"] = yield from keep_copy(dest)
        before, after = texts(dest, data)
        what = "replace the content of %s" % dest if os.path.exists(dest) else "create %s" % dest
        yield Change(what, lambda: replace(dest, data, owner, group, mode, validate), before, after, paths=[dest])
        if context.check:
            return extra  # The replacement would have brought its attributes with it.
    yield from attributes(dest, owner, group, mode)
    return extra


def resolved(path):
    """Return what a link leads to, and any other path as it is: resolving the whole way there costs far more."""
    return os.path.realpath(path) if os.path.islink(path) else path


def same(dest, data):
    """Tell whether there is a file, not a link to one, that holds exactly this data."""
    try:
        have = os.lstat(dest)
    except OSError:
        return False
    whole = data if isinstance(data, bytes) else data.data
    if not stat.S_ISREG(have.st_mode) or have.st_size != (data.size if whole is None else len(whole)):
        return False
    return hash_file(dest, "sha256") == data.sha256 if whole is None else read(dest) == whole


def texts(dest, data):
    """Return the content before and after as text for the diff, where it is wanted and is short text."""
    if not context.diff:
        return None, None
    before = read(dest) or b"" if not os.path.exists(dest) or os.path.getsize(dest) < LARGEST_DIFF else None
    if isinstance(data, bytes):
        after = data if len(data) < LARGEST_DIFF else None
    else:
        after = data.read() if data.size < LARGEST_DIFF else None
    if before is None or after is None or b"\0" in before + after:
        return "(%s)" % describe(before), "(%s)" % describe(after)
    return before.decode("utf-8", "backslashreplace"), after.decode("utf-8", "backslashreplace")


def describe(data):
    return "large" if data is None else "%d bytes, binary" % len(data) if b"\0" in data else "%d bytes" % len(data)


def replace(dest, data, owner=None, group=None, mode=None, validate=None):
    """Put new content in place atomically, keeping owner and mode of the old file where none are given."""
    directory = os.path.dirname(dest) or "."
    # A name may have 255 bytes, with what is added to it.
    name = os.fsdecode(os.fsencode(os.path.basename(dest))[:200])
    temporary = os.path.join(directory, ".%s.muster-%d" % (name, os.getpid()))
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failure("cannot write in %s: %s" % (directory, error.strerror))
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in [data] if isinstance(data, bytes) else data.chunks():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        dress(temporary, dest, owner, group, mode)
        if validate:
            check(temporary, validate)
        os.rename(temporary, dest)
    except OSError as error:
        raise Failure("cannot write %s: %s" % (dest, error.strerror))
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def dress(temporary, dest, owner, group, mode):
    """Give the new file the attributes of the one it replaces, then the wanted ones."""
    try:
        old = os.stat(dest)
    except FileNotFoundError:
        os.chmod(temporary, 0o666 & ~umask())
    else:
        os.chmod(temporary, stat.S_IMODE(old.st_mode))
        if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(temporary, old.st_uid, old.st_gid)
        label = security_label(dest)
        if label:
            os.setxattr(temporary, "security.selinux", label)
    for change in attributes(temporary, owner, group, mode):
        change.do()


def security_label(path):
    """Return the SELinux label of a file as bytes, or None where there is none."""
    try:
        return os.getxattr(path, "security.selinux")
    except OSError:
        return None


def check(path, validate):
    """Run the validating command on a file; raise Failure when it objects."""
    if "%s" not in validate:
        raise Failure("validate must contain %%s for the file: %s" % validate)
    outcome = capture(*[part.replace("%s", path) for part in words_of("validate", validate)])
    if not outcome.ok:
        raise outcome.failure("the new content was refused by: %s" % validate)


def keep_copy(path):
    """Yield the change that copies a file beside itself; return the copy's path."""
    import time

    copy = "%s.%d.%s~" % (path, os.getpid(), time.strftime("%Y-%m-%d@%H:%M:%S"))

    def do():
        old = os.stat(path)
        with open(path, "rb") as file:
            replace(copy, file.read(), old.st_uid, old.st_gid, stat.S_IMODE(old.st_mode))

    yield Change("keep a copy of %s" % path, do, paths=[copy])
    return copy


def attributes(path, owner=None, group=None, mode=None, follow=True):
    """Yield the changes that give an existing path this owner, group and mode."""
    try:
        have = os.stat(path) if follow else os.lstat(path)
    except FileNotFoundError:
        return
    uid, gid = user_id(owner), group_id(group)
    if (uid is not None and uid != have.st_uid) or (gid is not None and gid != have.st_gid):
        yield Change(
            "give %s to %s:%s" % (path, owner or user_name(have.st_uid), group or group_name(have.st_gid)),
            lambda: os.chown(path, -1 if uid is None else uid, -1 if gid is None else gid, follow_symlinks=follow),
            "%s:%s" % (user_name(have.st_uid), group_name(have.st_gid)),
            "%s:%s" % (owner or user_name(have.st_uid), group or group_name(have.st_gid)),
            paths=lambda: [resolved(path) if follow else path],
        )
    if mode is not None and not (stat.S_ISLNK(have.st_mode)):
        wanted = parse_mode(mode, have.st_mode)
        if wanted != stat.S_IMODE(have.st_mode):
            before, after = "%04o" % stat.S_IMODE(have.st_mode), "%04o" % wanted
            yield Change("set the mode of %s to %s" % (path, after), lambda: os.chmod(path, wanted), before, after,
                         paths=lambda: [resolved(path) if follow else path])


def user_id(owner):
    """Return the numeric id for a name or number (None for None); raise Failure for an unknown name."""
    if owner is None or isinstance(owner, int):
        return owner
    try:
        return recall(("user", owner), USERS, lambda: pwd.getpwnam(owner).pw_uid)
    except KeyError:
        return int(owner) if is_id(owner) else unknown("user", owner)


def group_id(group):
    """Return the numeric id for a group's name or number (None for None); raise Failure for an unknown name."""
    if group is None or isinstance(group, int):
        return group
    try:
        return recall(("group", group), GROUPS, lambda: grp.getgrnam(group).gr_gid)
    except KeyError:
        return int(group) if is_id(group) else unknown("group", group)


def is_id(text):
    """Tell whether this is a number that users and groups may have: the largest stands for none, chown(2)."""
    return text.isdecimal() and int(text) < (1 << 32) - 1


def unknown(kind, name):
    """Raise Failure for a user or group nobody knows; in check mode an earlier task may have been about to make it."""
    text = "no %s is called %s" % (kind, name)
    if not context.check:
        raise Failure(text)
    if text + " yet" not in context.warnings:
        warn(text + " yet")
    return -1  # Unlike every owner there is, so that the change is noted.


def user_name(uid):
    try:
        return recall(("user", uid), USERS, lambda: pwd.getpwuid(uid).pw_name)
    except KeyError:
        return str(uid)


def group_name(gid):
    try:
        return recall(("group", gid), GROUPS, lambda: grp.getgrgid(gid).gr_name)
    except KeyError:
        return str(gid)


def umask():
    """Return the umask of this process."""
    value = os.umask(0o077)
    os.umask(value)
    return value


WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777}
NO_MODE = "%r is no mode: give it in octal ('0644') or as u=rw,g=r,o="
WHAT = {"r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000}


def parse_mode(mode, current):
    """Return permission bits for an octal string, a number, or symbolic clauses such as 'u=rw,g+X,o-rwx'.

    current: the st_mode that symbolic clauses start from; its file type decides what X means
    >>> oct(parse_mode("u=rw,go=r", 0o100777))
    '0o644'
    """
    if isinstance(mode, int):
        return mode & 0o7777
    if mode[:1].isdigit():
        try:
            return int(mode, 8) & 0o7777
        except ValueError:
            raise Failure(NO_MODE % mode)
    bits = stat.S_IMODE(current)
    for clause in mode.split(","):
        bits = apply_clause(clause.strip(), bits, stat.S_ISDIR(current), mode)
    return bits


def apply_clause(clause, bits, is_directory, whole):
    """Apply one symbolic clause ('ug+rwX') to permission bits."""
    position = min([clause.find(sign) for sign in "+-=" if sign in clause] or [-1])
    who, rest = clause[:position], clause[position:]
    if position < 0 or any(letter not in WHO for letter in who):
        raise Failure(NO_MODE % whole)
    mask = 0
    for letter in who or "a":
        mask |= WHO[letter]
    cleared = mask  # By `=`: the special bits too, as chmod does for files and Ansible always.
    if not who:
        mask &= ~umask()
    sign = "="
    for part in split_signs(rest):
        sign, letters = part[0], part[1:]
        wanted = wanted_bits(letters, bits, is_directory, whole) & mask
        bits = {"+": bits | wanted, "-": bits & ~wanted, "=": (bits & ~cleared) | wanted}[sign]
    return bits


def split_signs(text):
    """Split '+rw-x' into ['+rw', '-x']."""
    parts = []
    for letter in text:
        if letter in "+-=":
            parts.append(letter)
        else:
            parts[-1] += letter
    return parts


def wanted_bits(letters, bits, is_directory, whole):
    wanted = 0
    for letter in letters:
        if letter == "X":
            wanted |= 0o111 if is_directory or bits & 0o111 else 0
        elif letter in "ugo":
            copied = bits >> {"u": 6, "g": 3, "o": 0}[letter] & 7
            wanted |= copied << 6 | copied << 3 | copied
        elif letter in WHAT:
            wanted |= WHAT[letter]
        else:
            raise Failure(NO_MODE % whole)
    return wanted


def make_directory(path, owner=None, group=None, mode=None):
    """Yield the changes that make a directory and its missing parents, with these attributes on each new one."""
    missing = []
    while not os.path.isdir(path):
        missing.insert(0, path)
        path = os.path.dirname(path.rstrip("/")) or "/"
    for each in missing:
        yield Change("create the directory %s" % each, make_one(each, owner, group, mode), paths=[each])


def make_one(path, owner, group, mode):
    def do():
        try:
            os.mkdir(path)
            for change in attributes(path, owner, group, mode):
                change.do()
        except OSError as error:
            raise Failure("cannot create %s: %s" % (path, error.strerror))

    return do


def remove(path):
    """Yield the change that removes whatever is at this path, if anything is."""
    if not os.path.lexists(path):
        return
    import shutil

    def do():
        try:
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)
        except OSError as error:
            raise Failure("cannot remove %s: %s" % (path, error.strerror))

    yield Change("remove %s" % path, do, paths=lambda: everything_at(path))


def everything_at(path):
    """Return a path and, if it is a directory, those of everything in it."""
    found = [path]
    for parent, names, files in os.walk(path):
        found += [os.path.join(parent, name) for name in names + files]
    return found
