"""Package files of Debian."""

import contextlib
import os

from muster.target import web
from muster.target.system import capture
from muster.target.task import Failure


@contextlib.contextmanager
def at_hand(place):
    """Have a package file, at this path or URL, on the host while this lasts; its path.

    Raises Failure where it is not there.
    """
    if "://" not in place:
        if not os.path.isfile(place):
            raise Failure("there is no package file %s on the host; copy or get_url it there first" % place)
        yield os.path.abspath(place)
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="muster-") as directory:
        name = web.name_in(place)
        path = os.path.join(directory, name if name.endswith(".deb") else name + ".deb")  # By which apt-get knows it.
        with web.Web().get(place) as answer, open(path, "wb") as file:
            answer.save(file, ())
        yield path


def name_and_version(path):
    """Return what package a file holds, and its version."""
    form = "${Package}\t${Version}"
    name, version = capture("dpkg-deb", "-W", "--showformat=" + form, path, check=True).stdout.split("\t")
    return name, version.strip()
