"""Certificates for TLS, signed by their own key or by an authority of one's own."""

import os

from muster.target.certificates import AUTHORITY_KEY, SUBJECT_KEY, Signer, issued_by, lasts, said
from muster.target.files import attributes as looks_of
from muster.target.files import read
from muster.target.marks import mark
from muster.target.openssl import PASSPHRASE, held, is_old, made, public_key, put, taken_away
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task

IDENTIFIES = Choice("create_if_not_provided", "always_create", "never_create")


@task(
    aliases={"attr": "attributes", "selfsigned_notBefore": "selfsigned_not_before",
             "selfsigned_notAfter": "selfsigned_not_after"},
    obsolete=("select_crypto_backend", "selfsigned_version", "ownca_version", "unsafe_writes"),
)
def x509_certificate(
    path: Path,
    state: Choice("present", "absent") = "present",
    provider: Choice("selfsigned", "ownca") = None,
    csr_path: Path = None,
    csr_content: str = None,
    privatekey_path: Path = None,
    privatekey_content: Secret = None,
    privatekey_passphrase: Secret = None,
    selfsigned_not_before: str = "+0s",
    selfsigned_not_after: str = "+3650d",
    selfsigned_digest: str = "sha256",
    selfsigned_create_subject_key_identifier: IDENTIFIES = "create_if_not_provided",
    ownca_path: Path = None,
    ownca_content: str = None,
    ownca_privatekey_path: Path = None,
    ownca_privatekey_content: Secret = None,
    ownca_privatekey_passphrase: Secret = None,
    ownca_not_before: str = "+0s",
    ownca_not_after: str = "+3650d",
    ownca_digest: str = "sha256",
    ownca_create_subject_key_identifier: IDENTIFIES = "create_if_not_provided",
    ownca_create_authority_key_identifier: bool = True,
    ignore_timestamps: bool = True,
    force: bool = False,
    backup: bool = False,
    return_content: bool = False,
    owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a certificate exists that fits its request, its key and its issuer.

    path: file of the certificate, as PEM
    state: whether it should exist
    provider: what signs it, its own key or an authority of one's own
    csr_path: file of the request, which says what the certificate says; selfsigned needs none, and then names nobody
    csr_content: the request itself, instead of its file
    privatekey_path: file of the certificate's private key; selfsigned needs it
    privatekey_content: the private key itself, instead of its file
    privatekey_passphrase: opens the private key
    selfsigned_not_before: start, such as +0s or 20300131000000Z; of new certificates only
    selfsigned_not_after: end, such as +52w or 20300131000000Z; of new certificates only
    selfsigned_digest: signs it, such as sha256; of new certificates only
    selfsigned_create_subject_key_identifier: when to add a digest of its key, of which the request may give one
    ownca_path: file of the authority's certificate
    ownca_content: the authority's certificate itself, instead of its file
    ownca_privatekey_path: file of the authority's private key
    ownca_privatekey_content: the authority's private key itself, instead of its file
    ownca_privatekey_passphrase: opens the authority's private key
    ownca_not_before: start, as for selfsigned
    ownca_not_after: end, as for selfsigned
    ownca_digest: signs it, as for selfsigned
    ownca_create_subject_key_identifier: when to add a digest of its key, as for selfsigned
    ownca_create_authority_key_identifier: add the digest of the authority's key, if its certificate has one
    ignore_timestamps: keep a certificate whose start and end are others; without, give both as 20300131000000Z
    force: make it anew in any case
    backup: keep a copy of the certificate that is replaced
    return_content: return the certificate itself
    owner: owner of the file
    group: group of the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
      - x509_certificate:
          path: /etc/ssl/www.example.com.pem
          csr_path: /etc/ssl/www.example.com.csr
          privatekey_path: /etc/ssl/private/www.example.com.pem
          provider: selfsigned

    Returns:
      filename: file of the certificate
      certificate: the certificate, if that was asked for
      backup_file: copy of the certificate that was replaced
    """
    import tempfile

    if state == "absent":
        return (yield from taken_away(path, backup))
    extra = {}
    with tempfile.TemporaryDirectory() as directory:
        own = held(directory, "private key", privatekey_path, privatekey_content)
        request = held(directory, "request", csr_path, csr_content)
        if provider == "ownca":
            signer = Signer(held(directory, "authority's certificate", ownca_path, ownca_content),
                            held(directory, "authority's private key", ownca_privatekey_path, ownca_privatekey_content),
                            ownca_privatekey_passphrase, ownca_not_before, ownca_not_after, ownca_digest)
            identify = ownca_create_subject_key_identifier
        else:
            signer = Signer(None, own, privatekey_passphrase, selfsigned_not_before, selfsigned_not_after,
                            selfsigned_digest)
            identify = selfsigned_create_subject_key_identifier
        check_given(provider, request, signer)
        missing = [each for each in (request, own, signer.issuer, signer.key) if each and not os.path.exists(each)]
        if missing and not context.check:
            raise Failure("%s is not there: make it before the certificate" % missing[0])
        new = force or bool(missing)
        if not missing:
            request = request or nameless(directory, own, privatekey_passphrase)
            wanted = asked(request, identify)
            if own and public_key(own, privatekey_passphrase).strip() != wanted["public"]:
                raise Failure("the request %s is for another key than %s" % (request, own))
            new = new or not fits(path, wanted, signer.issuer) or (
                not ignore_timestamps and lasts(path) != signer.times)
        if new:
            extra = yield from put(
                path, lambda: signer.sign(request, identifiers(wanted, signer, ownca_create_authority_key_identifier)),
                "certificate", owner, group, mode, backup)
        else:
            yield from looks_of(path, owner, group, mode)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    if return_content and not (new and context.check):
        extra["certificate"] = read(path).decode("ascii", "replace")
    return dict({"filename": path}, **extra)


def check_given(provider, request, signer):
    """Raise Failure where something is not given that this provider needs."""
    if provider is None:
        raise Failure("x509_certificate needs a provider: selfsigned or ownca")
    if provider == "selfsigned" and not signer.key:
        raise Failure("provider selfsigned needs privatekey_path, the file of a private key, or privatekey_content")
    if provider == "ownca" and not (request and signer.issuer and signer.key):
        raise Failure("provider ownca needs csr_path, ownca_path and ownca_privatekey_path, or the content of each")


def nameless(directory, key, passphrase):
    """Return the path of a new request for this key that names nobody."""
    path = os.path.join(directory, "request")
    config = "[req]\nprompt = no\ndistinguished_name = nobody\n[nobody]\n"
    text = made("req", "-new", "-batch", "-key", key, "-passin", "env:" + PASSPHRASE, "-subj", "/",
                "-config", "/dev/stdin", passphrase=passphrase, stdin=config)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def asked(request, identify):
    """Return what a certificate for this request has to say, and `identify`: whether its key's digest is added."""
    wanted = said("req", request)
    if wanted is None:
        raise Failure("%s is no request for a certificate that openssl can read" % request)
    given = SUBJECT_KEY in wanted["extensions"]
    wanted["identify"] = identify == "always_create" or (identify == "create_if_not_provided" and not given)
    return wanted


def identifiers(wanted, signer, authority):
    """Return the lines of openssl's configuration that add the digests of keys; `authority`: that of its key, too."""
    known = said("x509", signer.issuer) if signer.issuer else None
    if signer.issuer and known is None:
        raise Failure("%s is no certificate that openssl can read" % signer.issuer)
    subject = "hash" if wanted["identify"] else "" if SUBJECT_KEY in wanted["extensions"] else "none"
    if known and authority:
        by = "keyid" if SUBJECT_KEY in known["extensions"] else "none"
    else:
        by = "" if AUTHORITY_KEY in wanted["extensions"] else "none"
    # Since 3.0 openssl adds them by itself; before, it does not know the word that keeps it from that.
    lines = [("subjectKeyIdentifier", subject), ("authorityKeyIdentifier", by)]
    return ["%s = %s" % line for line in lines if line[1] and not (line[1] == "none" and is_old())]


def fits(path, wanted, issuer):
    """Tell whether a certificate says what it has to say, and comes from this issuer (None: from itself)."""
    have = said("x509", path) if os.path.exists(path) else None
    if have is None or (have["public"], have["subject"]) != (wanted["public"], wanted["subject"]):
        return False
    identified = SUBJECT_KEY in have["extensions"]
    if identified is not (wanted["identify"] or SUBJECT_KEY in wanted["extensions"]):
        return False
    # The digests are of keys, which are compared themselves.
    left = {AUTHORITY_KEY} | ({SUBJECT_KEY} if wanted["identify"] else set())
    extensions = [{name: words for name, words in each["extensions"].items() if name not in left}
                  for each in (have, wanted)]
    return extensions[0] == extensions[1] and issued_by(path, issuer or path)
