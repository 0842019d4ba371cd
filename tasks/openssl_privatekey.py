"""Private keys for TLS."""

import re

from muster.target.files import attributes as looks_of
from muster.target.files import read
from muster.target.marks import mark
from muster.target.openssl import PASSPHRASE, fingerprints, made, openssl, public_key, put, taken_away
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task

# Names of curves as certificates' documents have them, where openssl has others.
CURVES = {"secp192r1": "prime192v1", "secp256r1": "prime256v1"}
TRADITIONAL = ("RSA", "ECC")
WITHOUT_SIZE = ("ECC", "Ed25519", "Ed448", "X25519", "X448")


@task(aliases={"attr": "attributes"}, obsolete=("select_crypto_backend", "unsafe_writes"))
def openssl_privatekey(
    path: Path,
    state: Choice("present", "absent") = "present",
    type: Choice("RSA", "ECC", "Ed25519", "Ed448", "X25519", "X448") = "RSA",
    size: int = 4096,
    curve: str = None,
    passphrase: Secret = None,
    cipher: str = "auto",
    format: Choice("auto_ignore", "auto", "pkcs1", "pkcs8") = "auto_ignore",
    format_mismatch: Choice("regenerate", "convert") = "regenerate",
    regenerate: Choice("never", "fail", "partial_idempotence", "full_idempotence", "always") = "full_idempotence",
    force: bool = False,
    backup: bool = False,
    return_content: bool = False,
    owner: str = None, group: str = None, mode: Mode = "0600",
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a private key exists that is of this type and size.

    path: file of the key, as PEM
    state: whether it should exist
    type: of the key
    size: bits of an RSA key
    curve: of an ECC key, such as secp256r1
    passphrase: encrypts the key
    cipher: that encrypts it, as openssl names it; auto is aes256
    format: pkcs1 or pkcs8; auto is pkcs1 for RSA and ECC, and auto_ignore is auto for new keys and any for those there
    format_mismatch: what to do with a key that is as it should be but in another format
    regenerate: when to replace a key that is there; partial_idempotence leaves one that cannot be read and fails
    force: replace it in any case
    backup: keep a copy of the key that is replaced
    return_content: return the key itself, which then shows in the result
    owner: owner of the file
    group: group of the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
      - openssl_privatekey:
          path: /etc/ssl/private/www.example.com.pem
          type: ECC
          curve: secp256r1

    Returns:
      filename: file of the key
      type: of the key
      size: its bits, of RSA
      curve: its curve, of ECC
      fingerprint: digests of the public half, by algorithm
      privatekey: the key, if that was asked for
      backup_file: copy of the key that was replaced
    """
    if state == "absent":
        return (yield from taken_away(path, backup))
    extra = {}
    if (type == "ECC") != bool(curve):
        raise Failure("type ECC needs a curve, such as secp256r1" if type == "ECC" else "%s has no curve" % type)
    wanted = {"type": type, "size": None if type in WITHOUT_SIZE else size, "curve": CURVES.get(curve, curve)}
    todo = "regenerate" if force else decide(path, wanted, passphrase, format, format_mismatch, regenerate)
    if todo:
        cipher = "aes256" if cipher == "auto" else cipher
        pkcs1 = type in TRADITIONAL and format != "pkcs8"
        extra = yield from put(
            path, lambda: encoded(path if todo == "convert" else None, wanted, pkcs1, passphrase, cipher),
            "private key", owner, group, mode, backup, private=True)
    else:
        yield from looks_of(path, owner, group, mode)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    values = {"filename": path, "type": type, "size": wanted["size"], "curve": curve}
    if not (todo and context.check):
        values["fingerprint"] = fingerprints(public_key(path, passphrase))
        if return_content:
            values["privatekey"] = read(path).decode("ascii", "replace")
    return dict({name: value for name, value in values.items() if value is not None}, **extra)


def decide(path, wanted, passphrase, format, format_mismatch, regenerate):
    """Return "regenerate", "convert" or None for what is at this path; raise Failure where it must be left alone."""
    text = read(path)
    if text is None or regenerate == "always":
        return "regenerate"
    have = properties(path, passphrase)
    unreadable = have is None or (bool(passphrase) != (b"ENCRYPTED" in text))
    if unreadable:
        if regenerate == "full_idempotence":
            return "regenerate"
        raise Failure("%s is no key that this passphrase opens; regenerate: full_idempotence would replace it" % path)
    fits = have == wanted
    if not fits and regenerate == "fail":
        raise Failure("%s is another key than the task describes; regenerate: fail leaves it alone" % path)
    if regenerate == "never" or (fits and in_format(text, wanted["type"], format)):
        return None
    return "convert" if fits and format_mismatch == "convert" else "regenerate"


def in_format(text, type, format):
    """Tell whether the text of a key is in this format."""
    if format == "auto_ignore":
        return True
    pkcs8 = b"BEGIN PRIVATE KEY" in text or b"BEGIN ENCRYPTED PRIVATE KEY" in text
    return pkcs8 is (format == "pkcs8" or type not in TRADITIONAL)


def properties(path, passphrase):
    """Return {type, size, curve} of a key, or None when it cannot be read."""
    outcome = openssl("pkey", "-in", path, "-passin", "env:" + PASSPHRASE, "-noout", "-text_pub",
                      passphrase=passphrase)
    if not outcome.ok:
        return None
    text = outcome.stdout
    curve = re.search(r"ASN1 OID: (\S+)", text)
    bits = re.search(r"Public-Key: \((\d+) bit", text)
    if curve:
        return {"type": "ECC", "size": None, "curve": curve.group(1)}
    if "Modulus" in text:
        return {"type": "RSA", "size": int(bits.group(1)), "curve": None}
    return {"type": text.split()[0].replace("ED", "Ed"), "size": None, "curve": None}


def encoded(path, wanted, pkcs1, passphrase, cipher):
    """Return a key as PEM: that at the path, or a new one."""
    if path:
        source, plain = ["-in", path, "-passin", "env:" + PASSPHRASE], None
    else:
        options = {"RSA": ["rsa_keygen_bits:%s" % wanted["size"]],
                   "ECC": ["ec_paramgen_curve:%s" % wanted["curve"], "ec_param_enc:named_curve"]}
        algorithm = {"ECC": "EC"}.get(wanted["type"], wanted["type"].upper())
        given = [word for option in options.get(wanted["type"], []) for word in ("-pkeyopt", option)]
        source, plain = [], made("genpkey", "-algorithm", algorithm, *given)
    encryption = ["-" + cipher, "-passout", "env:" + PASSPHRASE] if passphrase else []
    return made("pkey", *(source + encryption + (["-traditional"] if pkcs1 else [])), passphrase=passphrase,
                stdin=plain)
