"""Public halves of private keys."""

import os

from muster.target.files import attributes as looks_of
from muster.target.files import read
from muster.target.marks import mark
from muster.target.openssl import PASSPHRASE, fingerprints, for_ssh, held, openssl, public_key, put, taken_away
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task


@task(aliases={"attr": "attributes"}, obsolete=("select_crypto_backend", "unsafe_writes"))
def openssl_publickey(
    path: Path,
    state: Choice("present", "absent") = "present",
    privatekey_path: Path = None,
    privatekey_content: Secret = None,
    privatekey_passphrase: Secret = None,
    format: Choice("PEM", "OpenSSH") = "PEM",
    force: bool = False,
    backup: bool = False,
    return_content: bool = False,
    owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure the public half of a private key stands in a file.

    path: file of the public key
    state: whether it should exist
    privatekey_path: file of the private key
    privatekey_content: the private key itself, instead of its file
    privatekey_passphrase: opens the private key
    format: PEM, or OpenSSH as in authorized_keys
    force: write it anew in any case
    backup: keep a copy of the public key that is replaced
    return_content: return the public key itself
    owner: owner of the file
    group: group of the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
      - openssl_publickey:
          path: /etc/ssl/www.example.com.pub
          privatekey_path: /etc/ssl/private/www.example.com.pem

    Returns:
      filename: file of the public key
      privatekey: file of the private key
      format: PEM or OpenSSH
      fingerprint: digests of the public key, by algorithm
      publickey: the public key, if that was asked for
      backup_file: copy of the public key that was replaced
    """
    import tempfile

    if state == "absent":
        return (yield from taken_away(path, backup))
    extra = {}
    values = {"filename": path, "privatekey": privatekey_path, "format": format}
    with tempfile.TemporaryDirectory() as directory:
        key = held(directory, "private key", privatekey_path, privatekey_content)
        if not key:
            raise Failure("openssl_publickey needs privatekey_path, the file of a private key, or privatekey_content")
        if not os.path.exists(key) and context.check:
            yield from put(path, str, "public key", owner, group, mode)
            yield from mark(path, attributes, seuser, serole, setype, selevel)
            return values
        pem = public_key(key, privatekey_passphrase)
    text = for_ssh(pem) if format == "OpenSSH" else pem
    if force or written(path, format) != words(text, format):
        extra = yield from put(path, lambda: text, "public key", owner, group, mode, backup)
    else:
        yield from looks_of(path, owner, group, mode)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    if return_content:
        extra["publickey"] = text if context.check else read(path).decode("ascii", "replace")
    return dict(values, fingerprint=fingerprints(pem), **extra)


def written(path, format):
    """Return the public key in this file as `words` does, or None where there is none in this format."""
    text = (read(path) or b"").decode("utf-8", "replace")
    if format == "OpenSSH":
        return words(text, format)
    if not text.startswith("-----BEGIN PUBLIC KEY-----"):
        return None
    return words(openssl("pkey", "-pubin", "-in", path, "-pubout", "-passin", "env:" + PASSPHRASE).stdout, format)


def words(text, format):
    """Return what two public keys are compared by: of OpenSSH's not their comments."""
    return text.split()[:2] if format == "OpenSSH" else text.split()
