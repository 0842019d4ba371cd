"""The program openssl: keys and certificates are read, made and compared by what it prints.

Versions 1.1.1 to 3.x. Passphrases go through its environment, which only root and the same user can look at.
"""

import os
import re

from muster.target.files import attributes, keep_copy, remove, replace, texts
from muster.target.system import capture, which
from muster.target.task import Change, Failure, context

PASSPHRASE, NEW_PASSPHRASE = "MUSTER_PASSPHRASE", "MUSTER_NEW_PASSPHRASE"


def openssl(*argv, passphrase=None, new_passphrase=None, stdin=None):
    """Run openssl, which alters nothing unless it is told to; return the `Outcome`."""
    if not which("openssl"):
        raise Failure("openssl is not on this host: install the package openssl")
    return capture("openssl", *argv, stdin=stdin,
                   env={PASSPHRASE: passphrase or "", NEW_PASSPHRASE: new_passphrase or ""})


def made(*argv, **options):
    """Return what openssl prints; raise `Failure` without it, because it may be part of a key.

    options: as for `openssl`
    """
    outcome = openssl(*argv, **options)
    if not outcome.ok:
        why = outcome.stderr.strip().splitlines() or ["it ended with %d" % outcome.rc]
        raise Failure("openssl %s: %s" % (argv[0], why[0]), rc=outcome.rc, stderr=outcome.stderr)
    return outcome.stdout


def is_old():
    """Tell whether this is a version before 3, which lacks some options."""
    return made("version").startswith("OpenSSL 1.")


def public_key(path, passphrase=None):
    """Return the public half of a private key as PEM; raise Failure for what is no key that can be read."""
    return made("pkey", "-in", path, "-passin", "env:" + PASSPHRASE, "-pubout", passphrase=passphrase)


def for_ssh(pem):
    """Return a public key as OpenSSH has it, without a comment; raise `Failure` for a kind that it does not have."""
    import base64

    told = made("pkey", "-pubin", "-noout", "-text", stdin=pem)  # A public key's text is the same with -pubin alone.
    curve = re.search(r"NIST CURVE: P-(\d+)", told)
    numbers = {name.lower(): bytes.fromhex("".join(lines.replace(":", "").split()))
               for name, lines in re.findall(r"^(Modulus|pub):\n((?: +[0-9a-f:]+\n)+)", told, re.M)}
    if "modulus" in numbers:
        exponent = int(re.search(r"Exponent: (\d+)", told).group(1))
        # Numbers are signed: a zero goes before a first bit that is set. That of the modulus is there already.
        parts = [b"ssh-rsa", exponent.to_bytes(exponent.bit_length() // 8 + 1, "big"), numbers["modulus"]]
    elif curve:
        name = b"nistp" + curve.group(1).encode()
        parts = [b"ecdsa-sha2-" + name, name, numbers["pub"]]
    elif told.upper().startswith("ED25519"):
        parts = [b"ssh-ed25519", numbers["pub"]]
    else:
        raise Failure("OpenSSH has no keys of this kind: %s" % told.splitlines()[0].strip(" :"))
    data = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return "%s %s\n" % (parts[0].decode(), base64.b64encode(data).decode())


def fingerprints(pem):
    """Return {algorithm: "ab:cd:..."} for what a PEM block holds, by all algorithms of one length that are allowed."""
    import base64
    import hashlib

    data = base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-----")))
    found = {}
    for name in sorted(hashlib.algorithms_guaranteed):
        if name.startswith("shake"):
            continue
        try:
            digest = hashlib.new(name, data).hexdigest()
        except ValueError:
            continue  # FIPS hosts allow no MD5.
        found[name] = ":".join(digest[at:at + 2] for at in range(0, len(digest), 2))
    return found


def held(directory, name, path, content):
    """Return the path of a file, or where only its content is given, of one that holds it in this directory."""
    if path and content:
        raise Failure("the %s is given both as a path and as content: leave one of them out" % name)
    if not content:
        return path
    path = os.path.join(directory, name.replace(" ", "-"))
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(content.strip() + "\n")
    return path


def quoted(value):
    """Return a value as openssl's configuration takes it."""
    if "\n" in value:
        raise Failure("a line break cannot be part of %r" % value)
    return "".join("\\" + letter if letter in "\\$#\"'" else letter for letter in value)


def put(path, make, what, owner, group, mode, backup=False, private=False):
    """Yield the changes that write what `make()` returns, with these attributes; return {"backup_file": path}, if any.

    what: of the file, in words
    private: nobody else may read it, not even for a moment, and nothing of it is shown
    """
    path = os.path.realpath(path)
    there = os.path.exists(path)
    extra = {}
    if there and backup:
        extra["backup_file"] = yield from keep_copy(path)
    verb = "replace" if there else "create"
    # What is made is another each time: a diff can show what was there, and no more.
    before = "(a private key)\n" if there and private else texts(path, b"")[0]
    yield Change("%s the %s %s" % (verb, what, path), lambda: write(path, make(), owner, group, mode, private),
                 before, "(a new %s)\n" % what, paths=[path])
    if not context.check:
        yield from attributes(path, owner, group, mode)
    return extra


def taken_away(path, backup):
    """Yield the changes that remove a file, of which a copy may be kept; return the task's values."""
    values = {"filename": path}
    if backup and os.path.exists(path):
        values["backup_file"] = yield from keep_copy(path)
    yield from remove(path)
    return values


def write(path, text, owner, group, mode, private):
    mask = os.umask(0o077) if private else None
    try:
        replace(path, text.encode("utf-8", "surrogateescape"), owner, group, mode)
    finally:
        if mask is not None:
            os.umask(mask)
