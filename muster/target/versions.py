"""Versions of RPM packages, and which is the newer: epoch:version-release."""

import re

from muster.target.task import Failure


def newest(versions):
    """Return the newest of these versions (epoch:version-release)."""
    best = None
    for version in versions:
        if best is None or compare(version, best) > 0:
            best = version
    return best


def compare(one, other):
    """Compare two versions as rpm does: negative, zero or positive. A missing release equals any.

    >>> compare("1:1.0-1", "2.0-1") > 0, compare("1.0~rc1-1", "1.0-1") < 0, compare("1.0", "1.0-7")
    (True, True, 0)
    """
    (epoch, version, release), (other_epoch, other_version, other_release) = split_evr(one), split_evr(other)
    return (epoch > other_epoch) - (epoch < other_epoch) or compare_part(version, other_version) or (
        compare_part(release, other_release) if release and other_release else 0)


def split_evr(text):
    """Split epoch:version-release; epoch is a number, release may be empty."""
    epoch, _, rest = text.rpartition(":")
    version, _, release = rest.partition("-")
    return int(epoch or 0), version, release


def compare_part(one, other):
    """Compare two version strings segment by segment: numbers beat letters, ~ sorts before the end, ^ after it."""
    pieces = [re.findall(r"\d+|[A-Za-z]+|~|\^", text) for text in (one, other)]
    for index in range(max(map(len, pieces))):
        ours, theirs = (rank(piece, index) for piece in pieces)
        if ours != theirs:
            return 1 if ours > theirs else -1
    return 0


def rank(pieces, index):
    """Return a key by which segments sort: ~, end, ^, letters, numbers."""
    if index >= len(pieces):
        return (1,)
    piece = pieces[index]
    if piece in "~^":
        return (0,) if piece == "~" else (2,)
    return (4, int(piece), "") if piece.isdigit() else (3, 0, piece)


def refuse_downgrades(specs, have):
    """Raise Failure for name-version where a newer version is installed."""
    installed = {name: versions for (name, _), versions in have.items()}
    for spec in specs:
        for count in (2, 1):
            parts = spec.rsplit("-", count)
            if len(parts) == count + 1 and parts[0] in installed:
                version, highest = "-".join(parts[1:]), newest(installed[parts[0]])
                if compare(highest, version) > 0:
                    raise Failure("%s %s is installed, newer than the %s that is asked for; allow_downgrade: true "
                                  "permits going back" % (parts[0], highest, version))
