"""Keys that sign RPM packages."""

import os
import re

from muster.target.files import read
from muster.target.keys import WEB, armored, downloaded, fingerprints, is_same, plain
from muster.target.system import capture, run
from muster.target.task import Change, Choice, Failure, task


@task
def rpm_key(
    key: str,
    state: Choice("present", "absent") = "present",
    fingerprint: [str] = None,
    validate_certs: bool = True,
):
    """Ensure rpm trusts a key, or does so no more.

    key: URL or path on the host of the key; to take one away, its id or fingerprint will do
    state: whether rpm should have it
    fingerprint: what it must have, at least one of the keys in the file each
    validate_certs: check the certificate of the server it is downloaded from

    Example:
      - rpm_key:
          key: https://rpm.example.com/KEY
          fingerprint: EBC6 E12C 62B1 C734 026B  2122 A20E 5214 6B8D 79E6

    Returns:
      key: as it was given
      fingerprints: of the keys it stands for, where it is a file
    """
    known = not WEB.match(key) and re.match(r"(0[xX])?[0-9A-Fa-f ]{8,}$", key) and not os.path.exists(key)
    data = None if known else content(key, validate_certs)
    identities = [plain(key)] if known else [each for each, kind in fingerprints(data) if kind == "primary"]
    told = {"key": key, "fingerprints": [] if known else identities}
    for each in () if known else fingerprint or ():
        if plain(each) not in [found for found, _ in fingerprints(data)]:
            raise Failure("the key %s has not the fingerprint %s but %s" % (key, each, ", ".join(identities)), **told)
    have = installed()
    if state == "absent":
        for package, version in have:
            if any(is_same(identity, version) for identity in identities):
                yield run("rpm", "--erase", "--allmatches", package)
        return told
    missing = [each for each in identities if not any(is_same(each, version) for _, version in have)]
    if missing and known:
        raise Failure("rpm has no key %s: name a URL or a file that holds it" % key)
    if missing:
        yield Change("rpm --import %s" % key, lambda: import_key(data))
    return told


def content(key, validate_certs):
    data = downloaded(key, validate_certs) if WEB.match(key) else read(key)
    if data is None:
        raise Failure("there is no key %s on the host; copy it there first, or name a URL" % key)
    return data


def installed():
    """Return [(package, id or fingerprint in capitals), ...] of rpm's keys.

    The version of such a package is the last eight digits of the fingerprint, since rpm 6 the whole.
    """
    outcome = capture("rpm", "-q", "gpg-pubkey", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}\t%{VERSION}\n")
    if outcome.rc == 127:
        raise Failure("rpm is not on this host: rpm_key is for hosts whose packages are RPMs")
    lines = [line.split("\t") for line in outcome.lines if "\t" in line]
    return [(package, version.upper()) for package, version in lines]


def import_key(data):
    """Have rpm import keys; it takes nothing but files in ASCII armor."""
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".asc") as file:
        file.write(armored(data))
        file.flush()
        capture("rpm", "--import", file.name, check=True)
