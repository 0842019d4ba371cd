"""Certificates and their keys in one file, as browsers and Java take them."""

import os
import re

from muster.target.files import attributes as looks_of
from muster.target.files import read
from muster.target.marks import mark
from muster.target.openssl import NEW_PASSPHRASE, PASSPHRASE, held, is_old, made, openssl, public_key, put, taken_away
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task

PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.S)
KEY = re.compile(r"-----BEGIN (\w+ )*PRIVATE KEY-----.*?-----END (\w+ )*PRIVATE KEY-----", re.S)
# What openssl 3 takes by itself and openssl 1.1.1 does not; and what programs of 2022 read.
STRONG = ("-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "sha256")
COMPATIBLE = ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1")


@task(
    aliases={"attr": "attributes", "name": "friendly_name", "ca_certificates": "other_certificates"},
    obsolete=("maciter_size", "select_crypto_backend", "unsafe_writes"),
)
def openssl_pkcs12(
    path: Path,
    state: Choice("present", "absent") = "present",
    action: Choice("export", "parse") = "export",
    src: Path = None,
    certificate_path: Path = None,
    certificate_content: str = None,
    privatekey_path: Path = None,
    privatekey_content: Secret = None,
    privatekey_passphrase: Secret = None,
    other_certificates: [Path] = None,
    other_certificates_content: [str] = None,
    other_certificates_parse_all: bool = False,
    friendly_name: str = None,
    passphrase: Secret = None,
    encryption_level: Choice("auto", "compatibility2022") = "auto",
    iter_size: int = 50000,
    force: bool = False,
    backup: bool = False,
    return_content: bool = False,
    owner: str = None, group: str = None, mode: Mode = "0400",
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a PKCS#12 file exists that holds a certificate, its private key and others.

    path: the file
    state: whether it should exist
    action: export makes a PKCS#12 file; parse writes what is in one as PEM
    src: PKCS#12 file to parse
    certificate_path: file of the certificate, as PEM
    certificate_content: the certificate itself, instead of its file
    privatekey_path: file of the certificate's private key; without it the file holds none
    privatekey_content: the private key itself, instead of its file
    privatekey_passphrase: opens the private key
    other_certificates: files of further certificates, such as those of the authorities above it
    other_certificates_content: those certificates themselves, instead of their files
    other_certificates_parse_all: take all that are in each of them, not only the first
    friendly_name: by which the certificate is called in the file
    passphrase: opens the file
    encryption_level: auto is AES, compatibility2022 is what older programs read; of new files only
    iter_size: rounds of the encryption of compatibility2022; of new files only, and since openssl 3
    force: make it anew in any case
    backup: keep a copy of the file that is replaced
    return_content: return the file itself, in base64
    owner: owner of the file
    group: group of the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
      - openssl_pkcs12:
          path: /etc/app/keystore.p12
          certificate_path: /etc/ssl/www.example.com.pem
          privatekey_path: /etc/ssl/private/www.example.com.pem
          friendly_name: www
          passphrase: "{{ vault_keystore }}"

    Returns:
      filename: the file
      privatekey: file of the private key
      pkcs12: what it holds in base64, if that was asked for
      backup_file: copy of the file that was replaced
    """
    import base64
    import tempfile

    if state == "absent":
        return (yield from taken_away(path, backup))
    if action == "parse":
        values = yield from parse(src, path, passphrase, force, backup, return_content, owner, group, mode)
        yield from mark(path, attributes, seuser, serole, setype, selevel)
        return values
    extra = {}
    with tempfile.TemporaryDirectory() as directory:
        certificate = held(directory, "certificate", certificate_path, certificate_content)
        key = held(directory, "private key", privatekey_path, privatekey_content)
        if not certificate:
            raise Failure("openssl_pkcs12 needs certificate_path, the file of a certificate, or certificate_content")
        needed = [each for each in (certificate, key, *(other_certificates or ())) if each]
        missing = [each for each in needed if not os.path.exists(each)]
        if missing and not context.check:
            raise Failure("%s is not there: make it before the PKCS#12 file" % missing[0])
        new = force or bool(missing)
        if not missing:
            certificates = first(certificate)
            for each in other_certificates or ():
                certificates += first(each, other_certificates_parse_all)
            for index, each in enumerate(other_certificates_content or ()):
                certificates += first(held(directory, "other%d" % index, None, each), other_certificates_parse_all)
            public = public_key(key, privatekey_passphrase) if key else None
            new = new or inside(path, passphrase) != (friendly_name, public, certificates[0], set(certificates[1:]))
        if new:
            rounds = iter_size if encryption_level == "compatibility2022" else None
            extra = yield from put(
                path, lambda: exported(directory, certificates, key, privatekey_passphrase, friendly_name, passphrase,
                                       rounds), "PKCS#12 file", owner, group, mode, backup, private=True)
        else:
            yield from looks_of(path, owner, group, mode)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    if return_content and not (new and context.check):
        extra["pkcs12"] = base64.b64encode(read(path)).decode("ascii")
    return dict({"filename": path, "privatekey": privatekey_path}, **extra)


def parse(src, path, passphrase, force, backup, return_content, owner, group, mode):
    """Yield the changes that write what a PKCS#12 file holds as PEM; return the task's values."""
    if not src:
        raise Failure("openssl_pkcs12 needs src, the PKCS#12 file to parse")
    key, certificates = opened(src, passphrase)[1:] if os.path.exists(src) else (None, [])
    if not certificates and not (context.check and not os.path.exists(src)):
        raise Failure("%s is no PKCS#12 file that this passphrase opens" % src)
    text = "".join(each + "\n" for each in [key, *certificates] if each)
    extra = {}
    if force or parts(read(path)) != parts(text.encode("utf-8")):
        extra = yield from put(path, lambda: text, "PEM file", owner, group, mode, backup, private=True)
    else:
        yield from looks_of(path, owner, group, mode)
    return dict({"filename": path}, **dict(extra, **({"pkcs12": text} if return_content else {})))


def parts(data):
    """Return (public half of the key, certificates) of PEM; a key may be written in more than one way."""
    text = (data or b"").decode("utf-8", "replace")
    key = KEY.search(text)
    return key and openssl("pkey", "-pubout", stdin=key.group(0) + "\n").stdout, PEM.findall(text)


def first(path, all_of_them=False):
    """Return the first certificate of a file as PEM, or all, in a list; raise Failure where the first is missing."""
    found = PEM.findall((read(path) or b"").decode("utf-8", "replace").replace("\r\n", "\n"))
    if not found and not all_of_them:
        raise Failure("there is no certificate as PEM in %s" % path)
    return found if all_of_them else found[:1]


def inside(path, passphrase):
    """Return (name, public key, certificate, set of others) of a PKCS#12 file, or None for one that does not open."""
    name, key, certificates = opened(path, passphrase) if os.path.exists(path) else (None, None, [])
    if not certificates:
        return None
    return name, made("pkey", "-pubout", stdin=key + "\n") if key else None, certificates[0], set(certificates[1:])


def opened(path, passphrase):
    """Return (name or None, key or None, certificates) of a PKCS#12 file, as PEM; none where it does not open."""
    outcome = openssl("pkcs12", "-in", path, "-nodes", "-passin", "env:" + PASSPHRASE, passphrase=passphrase)
    if not outcome.ok:
        return None, None, []
    name = re.search(r"^ +friendlyName: (.*)", outcome.stdout, re.M)
    key = KEY.search(outcome.stdout)
    return name and name.group(1), key and key.group(0), PEM.findall(outcome.stdout)


def exported(directory, certificates, key, key_passphrase, name, passphrase, rounds):
    """Return a new PKCS#12 file.

    rounds: of encryption for programs of 2022; None for that of today
    """
    paths = [os.path.join(directory, each) for each in ("own.pem", "others.pem")]
    for path, some in zip(paths, (certificates[:1], certificates[1:])):
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(each + "\n" for each in some))
    encryption = [*COMPATIBLE, *([] if is_old() else ["-iter", str(rounds)])] if rounds else STRONG
    options = [*encryption, *(["-inkey", key] if key else ["-nokeys"]), *(["-name", name] if name else []),
               *(["-certfile", paths[1]] if certificates[1:] else [])]
    return made("pkcs12", "-export", "-in", paths[0], *options, "-passin", "env:" + PASSPHRASE,
                "-passout", "env:" + NEW_PASSPHRASE, passphrase=key_passphrase, new_passphrase=passphrase)
