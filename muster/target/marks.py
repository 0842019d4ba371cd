"""What a file bears besides owner, group and mode: its SELinux label, and the attributes that chattr sets."""

from muster.target.flags import flag
from muster.target.selinux import label


def mark(path, attributes=None, seuser=None, serole=None, setype=None, selevel=None):
    """Yield the changes that give a path these parts of a label, and these attributes.

    attributes: see `flags.flag`, which comes last, for what is immutable gets no label any more
    """
    yield from label(path, seuser, serole, setype, selevel)
    yield from flag(path, attributes)
