"""Home directories."""

import os

from muster.target.accounts import owner
from muster.target.task import Change, Failure

LOGIN_DEFS = "/etc/login.defs"
SKELETON = "/etc/skel"


def make_home(path, entry, skeleton=None, umask=None):
    """Yield the change that makes a missing home directory, a copy of the skeleton that belongs to the user.

    entry: of the user, as pwd has it
    umask: octal text; what /etc/login.defs says by default
    """
    if os.path.exists(path) or path == "/nonexistent":
        return
    bits = 0o777 & ~as_mask(umask or login_umask())

    def do():
        import shutil

        source = skeleton or SKELETON
        try:
            if os.path.isdir(source):
                shutil.copytree(source, path, symlinks=True)
            else:
                os.makedirs(path)
            os.chmod(path, bits)
            for directory, names, files in os.walk(path):
                for each in [directory] + [os.path.join(directory, name) for name in names + files]:
                    owner(entry, each)
        except OSError as error:
            raise Failure("cannot make the home directory %s: %s" % (path, error.strerror))

    yield Change("create the home directory %s" % path, do, paths=lambda: copies(path, skeleton))


def as_mask(text):
    try:
        return int(text, 8)
    except ValueError:
        raise Failure("%r is no umask: write it in octal, as 027" % text)


def copies(path, skeleton=None):
    """Return the paths that there will be once a home was made from a skeleton."""
    source = skeleton or SKELETON
    found = [path]
    for directory, names, files in os.walk(source):
        found += [os.path.join(path, os.path.relpath(os.path.join(directory, name), source)) for name in names + files]
    return found


def login_umask():
    """Return the mask for new home directories as octal text: HOME_MODE's complement, or UMASK."""
    found = {}
    try:
        with open(LOGIN_DEFS) as file:
            for line in file:
                words = line.split()
                if len(words) == 2:
                    found[words[0]] = words[1]
    except OSError:
        pass
    if "HOME_MODE" in found:
        return "%03o" % (0o777 & ~int(found["HOME_MODE"], 8))
    return found.get("UMASK", "022")
