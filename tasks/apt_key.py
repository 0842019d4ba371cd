"""Keys that apt trusts for all repositories."""

import os

from muster.target import keys
from muster.target.files import read, remove, write
from muster.target.task import Choice, Failure, Path, task, warn

TRUSTED = "/etc/apt/trusted.gpg"
DIRECTORY = "/etc/apt/trusted.gpg.d"
KEYSERVER_PORT = 11371  # Of HKP, where a key server names no other.


@task(aliases={"key": "id"})
def apt_key(
    id: str = None,
    state: Choice("present", "absent") = "present",
    url: str = None,
    data: str = None,
    file: Path = None,
    keyserver: str = None,
    keyring: Path = None,
    validate_certs: bool = True,
):
    """Ensure apt trusts a key, or does so no more. The program apt-key is not needed, which Debian 13 lacks.

    A key that apt trusts here may sign any repository; deb822_repository trusts it for one only.

    id: id or fingerprint of the key: one that apt has is not fetched again, and one that comes without it is refused
    state: whether apt should have it
    url: where to download it
    data: the key itself
    file: path on the host of a file that holds it
    keyserver: a server of keys to ask for the id, such as keyserver.ubuntu.com or hkp://keyserver.ubuntu.com:80
    keyring: the only file to look at and to put it in; by default one with the key's name in /etc/apt/trusted.gpg.d
    validate_certs: check the certificate of the server it is downloaded from

    Example:
      - apt_key:
          url: https://deb.example.com/key.asc
          keyring: /etc/apt/trusted.gpg.d/example.gpg
      - apt_key: {id: 9FED2BCBDCD29CDF762678CBAED4B06F473041FA, state: absent}

    Returns:
      before, after: ids of the keys that are trusted, 16 digits each
      id, key_id: as it was given, or of the key that came
      fp: the last 16 digits of that
      short_id: the last 8
    """
    identity = keys.plain(id) if id else None
    trusted = {path: apart(path) for path in ([keyring] if keyring else keyrings())}
    had = [fingerprint for path in sorted(trusted) for fingerprint, _ in trusted[path]]
    known = identity and [each for each in had if keys.is_same(each, identity)]
    new = []
    if not known and (state == "present" or not identity):
        new = fetched(identity, url, data, file, keyserver, validate_certs)
    named = known or [fingerprint for fingerprint, _ in new]
    if state == "absent":
        gone = [each for each in had if each in named]
        for path in sorted(trusted):
            yield from without(path, trusted[path], gone)
        have = [each for each in had if each not in gone]
    else:
        added = [(fingerprint, key) for fingerprint, key in new if fingerprint not in had]
        yield from put(added, keyring, trusted)
        have = had + [fingerprint for fingerprint, _ in added]
    told = identity or (named[0][-16:] if named else "")
    return {"before": [each[-16:] for each in had], "after": [each[-16:] for each in have], "id": told, "key_id": told,
            "fp": told[-16:], "short_id": told[-8:]}


def keyrings():
    """Return the files that apt reads, apt-secure(8)."""
    names = sorted(os.listdir(DIRECTORY)) if os.path.isdir(DIRECTORY) else []
    found = [os.path.join(DIRECTORY, name) for name in names if name.endswith((".gpg", ".asc"))]
    return [path for path in [TRUSTED] + found if os.path.exists(path)]


def apart(path):
    """Return the keys in a file, see `muster.target.keys.apart`; none where apt cannot read it either."""
    held = read(path)
    if not held:
        return []
    try:
        return keys.apart(held)
    except Failure as failure:
        warn("%s is passed over, as apt does: %s" % (path, failure.message))
        return []


def fetched(identity, url, data, file, keyserver, validate_certs):
    """Return the keys that are named by where they are; raise Failure where the one that was meant is not there."""
    if url:
        held, place = keys.downloaded(url, validate_certs), url
    elif data:
        held, place = data.encode("utf-8", "surrogateescape"), "the data"
    elif file:
        held, place = read(file), file
        if held is None:
            raise Failure("there is no key %s on the host; copy it there first, or name a url" % file)
    elif keyserver and identity:
        held, place = keys.downloaded(lookup(keyserver, identity), validate_certs), keyserver
    else:
        raise Failure("apt_key does not know the key: name url, data or file, or keyserver and id")
    found = keys.apart(held)
    all_of_it = [each for each, _ in keys.fingerprints(held)]
    if identity and not any(keys.is_same(each, identity) for each in all_of_it):
        raise Failure("the key from %s is not %s but %s" % (place, identity, ", ".join(each for each, _ in found)))
    return found


def lookup(keyserver, identity):
    """Return the URL at which a server has a key, draft-shaw-openpgp-hkp section 3.

    >>> lookup("hkp://keys.example.com", "DEADBEEF")
    'http://keys.example.com:11371/pks/lookup?op=get&options=mr&search=0xDEADBEEF'
    """
    scheme, _, host = keyserver.rstrip("/").rpartition("://")
    if scheme in ("", "hkp") and not host.rpartition(":")[2].isdigit():
        host += ":%d" % KEYSERVER_PORT
    scheme = {"": "http", "hkp": "http", "hkps": "https"}.get(scheme, scheme)
    return "%s://%s/pks/lookup?op=get&options=mr&search=0x%s" % (scheme, host, identity)


def put(added, keyring, trusted):
    """Yield the changes that add keys to the keyring, or make a file for each."""
    if keyring and added:
        yield from write(keyring, joined(keyring, trusted[keyring] + added))
    for fingerprint, key in () if keyring else added:
        yield from write(os.path.join(DIRECTORY, fingerprint[-16:] + ".gpg"), key, mode="0644")


def without(path, have, gone):
    """Yield the change that takes keys out of a file, and the file away with its last one."""
    left = [(fingerprint, key) for fingerprint, key in have if fingerprint not in gone]
    if have and not left:
        yield from remove(path)
    elif left != have:
        yield from write(path, joined(path, left))


def joined(path, found):
    """Return the content of a file with these keys: apt tells by its name whether it is in ASCII armor."""
    data = b"".join(key for _, key in found)
    return keys.armored(data) if path.endswith(".asc") else data
