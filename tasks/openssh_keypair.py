"""Pairs of keys for SSH."""

import os

from muster.target.files import attributes as looks_of
from muster.target.files import read, remove
from muster.target.marks import mark
from muster.target.openssl import PASSPHRASE, put
from muster.target.system import capture, which
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task

SIZES = {"rsa": 4096, "dsa": 1024, "ecdsa": 256, "ed25519": 256}
# By the names that ssh-keygen gives formats; "RFC4716" is that of OpenSSH to it where it writes private keys.
FORMATS = {"auto": None, "pkcs1": "PEM", "pkcs8": "PKCS8", "ssh": "RFC4716"}
# ssh-keygen reads passphrases from a terminal or from what this program prints; arguments could be seen by everybody.
ASKPASS = '#!/bin/sh\nprintf "%%s\\n" "$%s"\n' % PASSPHRASE


@task(aliases={"attr": "attributes"}, obsolete=("backend", "unsafe_writes"))
def openssh_keypair(
    path: Path,
    state: Choice("present", "absent") = "present",
    type: Choice("rsa", "dsa", "ecdsa", "ed25519") = "rsa",
    size: int = None,
    comment: str = None,
    passphrase: Secret = None,
    private_key_format: Choice("auto", "pkcs1", "pkcs8", "ssh") = "auto",
    regenerate: Choice("never", "fail", "partial_idempotence", "full_idempotence", "always") = "partial_idempotence",
    force: bool = False,
    owner: str = None, group: str = None, mode: Mode = "0600",
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a private key for SSH exists, and its public half beside it.

    path: file of the private key; the public one has .pub after it
    state: whether they should exist
    type: of the key
    size: bits; 4096 for rsa, 1024 for dsa and 256 for ecdsa where none are given
    comment: stands in the public key; that of a key that is there stays when none is given
    passphrase: encrypts the private key
    private_key_format: of the private key's file, except for ed25519, which has only that of OpenSSH; auto is what
        ssh-keygen writes, and any for a key that is there
    regenerate: when to replace a key that is there; partial_idempotence fails for one that cannot be read
    force: replace it in any case
    owner: owner of both files
    group: group of both files
    mode: permissions of the private key
    attributes: those of both files that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of their SELinux label
    serole: role part of their SELinux label
    setype: type part of their SELinux label
    selevel: level part of their SELinux label

    Example:
      - openssh_keypair:
          path: /home/deploy/.ssh/id_ed25519
          type: ed25519
          comment: deploy@example.com
          owner: deploy

    Returns:
      filename: file of the private key
      type: of the key
      size: its bits
      fingerprint: digest of the public key
      public_key: the public key, as it stands in authorized_keys
      comment: of the public key
    """
    public = path + ".pub"
    if state == "absent":
        yield from remove(path)
        yield from remove(public)
        return {"filename": path}
    size = SIZES[type] if size is None or type == "ed25519" else size
    format = None if type == "ed25519" else FORMATS[private_key_format]
    new = force or decide(path, type, size, passphrase, format, regenerate)
    if new:
        said = comment or ""
        yield from put(path, lambda: generated(type, size, said, passphrase, format), "private key", owner, group, mode,
                       private=True)
    else:
        yield from looks_of(path, owner, group, mode)
        said = comment_of(public) if comment is None else comment
    marks = {"attributes": attributes, "seuser": seuser, "serole": serole, "setype": setype, "selevel": selevel}
    yield from mark(path, **marks)
    values = {"filename": path, "type": type, "size": size, "comment": said}
    if new and context.check:
        yield from put(public, str, "public key", owner, group, "0644")
        yield from mark(public, **marks)
        return values
    line = "%s %s" % (opened(path, passphrase), said)
    if (read(public) or b"").decode("utf-8", "replace").strip() != line.strip():
        yield from put(public, lambda: line.strip() + "\n", "public key", owner, group, "0644")
    else:
        yield from looks_of(public, owner, group, "0644")
    yield from mark(public, **marks)
    have = described(line)
    return dict(values, type=have[0], size=have[1], fingerprint=have[2], public_key=line.strip())


def decide(path, type, size, passphrase, format, regenerate):
    """Tell whether the key at this path is to be made anew; raise Failure where it must be left alone."""
    if os.path.isdir(path):
        raise Failure("%s is a directory: give the path of the key's file" % path)
    if not os.path.exists(path) or regenerate == "always":
        return True
    line = opened(path, passphrase)
    if line is None or (passphrase and opened(path, None)):
        if regenerate == "full_idempotence":
            return True
        raise Failure("%s is no key that this passphrase opens; regenerate: full_idempotence would replace it" % path)
    fits = described(line)[:2] == (type, size) and format in (None, format_of(path))
    if not fits and regenerate == "fail":
        raise Failure("%s is another key than the task describes; regenerate: fail leaves it alone" % path)
    return not fits and regenerate != "never"


def format_of(path):
    """Return the format of a private key's file, as ssh-keygen names it."""
    kind = read(path).partition(b"-----BEGIN ")[2].partition(b"PRIVATE KEY-----")[0].strip()
    return {b"OPENSSH": "RFC4716", b"": "PKCS8", b"ENCRYPTED": "PKCS8"}.get(kind, "PEM")


def comment_of(public):
    """Return the comment of a public key in this file, "" without."""
    words = (read(public) or b"").decode("utf-8", "replace").strip().split(" ", 2)
    return words[2] if len(words) == 3 else ""


def opened(path, passphrase):
    """Return type and data of the public half of a private key, or None when it cannot be read."""
    import tempfile

    # ssh-keygen refuses keys that others can read, whatever is to become of their mode.
    with tempfile.TemporaryDirectory() as directory:
        copy = os.path.join(directory, "key")
        with open(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(read(path))
        outcome = keygen(directory, passphrase, "-P", "-y", "-f", copy)
    return " ".join(outcome.stdout.split()[:2]) if outcome.ok else None


def described(line):
    """Return (type, bits, fingerprint) of a public key."""
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "key.pub")
        with open(path, "w", encoding="utf-8") as file:
            file.write(line + "\n")
        outcome = keygen(directory, None, "-P", "-l", "-f", path)
    if not outcome.ok:
        raise outcome.failure()
    words = outcome.stdout.split()
    return words[-1].strip("()").lower(), int(words[0]), words[1]


def generated(type, size, comment, passphrase, format):
    """Return a new private key as text."""
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "key")
        outcome = keygen(directory, passphrase, "-N", "-q", "-t", type, "-b", str(size), "-C", comment, "-f", path,
                         *(["-m", format] if format else []), *(["-o"] if format == "RFC4716" else []))
        if not outcome.ok:
            why = (outcome.stderr or outcome.stdout).strip().splitlines() or ["it ended with %d" % outcome.rc]
            raise Failure("ssh-keygen makes no %s key of %d bits: %s" % (type, size, why[0]), rc=outcome.rc)
        # Before OpenSSH 7.8 a new key is PEM whatever -m says, and its own format with -o, which is nothing now.
        if format not in (None, format_of(path)):
            raise Failure("the ssh-keygen of this host is too old to write a key as private_key_format says: it knows "
                          "ssh and pkcs1")
        return read(path).decode("ascii")


def keygen(directory, passphrase, option, *argv):
    """Run ssh-keygen, which is given the passphrase through its environment; return the `Outcome`.

    directory: of our own, for the program that ssh-keygen asks
    option: says that there is no passphrase
    """
    if not which("ssh-keygen"):
        raise Failure("ssh-keygen is not on this host: install openssh-client (Debian) or openssh (Red Hat)")
    if not passphrase:
        return capture("ssh-keygen", option, "", *argv)
    program = os.path.join(directory, "askpass")
    with open(os.open(program, os.O_WRONLY | os.O_CREAT, 0o700), "w", encoding="ascii") as file:
        file.write(ASKPASS)
    # Before OpenSSH 8.4 the program is asked where there is a display and standard input is no terminal.
    env = {"SSH_ASKPASS": program, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0", PASSPHRASE: passphrase}
    return capture("ssh-keygen", *argv, env=env)
