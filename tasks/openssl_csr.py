"""Requests for certificates."""

import os

from muster.target.files import attributes, read
from muster.target.openssl import PASSPHRASE, made, openssl, put, quoted, taken_away
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task


@task(
    aliases={"C": "country_name", "countryName": "country_name", "ST": "state_or_province_name",
             "stateOrProvinceName": "state_or_province_name", "L": "locality_name", "localityName": "locality_name",
             "O": "organization_name", "organizationName": "organization_name", "OU": "organizational_unit_name",
             "organizationalUnitName": "organizational_unit_name", "CN": "common_name", "commonName": "common_name",
             "E": "email_address", "emailAddress": "email_address", "subjectAltName": "subject_alt_name",
             "subjectAltName_critical": "subject_alt_name_critical", "keyUsage": "key_usage",
             "keyUsage_critical": "key_usage_critical", "extKeyUsage": "extended_key_usage",
             "extendedKeyUsage": "extended_key_usage", "extKeyUsage_critical": "extended_key_usage_critical",
             "extendedKeyUsage_critical": "extended_key_usage_critical", "basicConstraints": "basic_constraints",
             "basicConstraints_critical": "basic_constraints_critical", "ocspMustStaple": "ocsp_must_staple",
             "ocspMustStaple_critical": "ocsp_must_staple_critical", "useCommonNameForSAN": "use_common_name_for_san"},
    obsolete=("select_crypto_backend", "unsafe_writes", "version"),
)
def openssl_csr(
    path: Path,
    state: Choice("present", "absent") = "present",
    privatekey_path: Path = None,
    privatekey_passphrase: Secret = None,
    digest: str = "sha256",
    country_name: str = None,
    state_or_province_name: str = None,
    locality_name: str = None,
    organization_name: str = None,
    organizational_unit_name: str = None,
    common_name: str = None,
    email_address: str = None,
    subject: dict = None,
    subject_alt_name: [str] = None,
    subject_alt_name_critical: bool = False,
    use_common_name_for_san: bool = True,
    key_usage: [str] = None,
    key_usage_critical: bool = False,
    extended_key_usage: [str] = None,
    extended_key_usage_critical: bool = False,
    basic_constraints: [str] = None,
    basic_constraints_critical: bool = False,
    ocsp_must_staple: bool = False,
    ocsp_must_staple_critical: bool = False,
    create_subject_key_identifier: bool = False,
    force: bool = False,
    backup: bool = False,
    return_content: bool = False,
    owner: str = None,
    group: str = None,
    mode: Mode = None,
):
    """Ensure a request for a certificate exists that says this.

    path: file of the request, as PEM
    state: whether it should exist
    privatekey_path: file of the private key that signs it
    privatekey_passphrase: opens the private key
    digest: signs what is said, such as sha256
    country_name: two letters
    state_or_province_name: part of the subject
    locality_name: part of the subject
    organization_name: part of the subject
    organizational_unit_name: part of the subject
    common_name: part of the subject, usually the name of the host
    email_address: part of the subject
    subject: further parts of it, by name; a list gives one more than once
    subject_alt_name: other names, such as DNS:www.example.com and IP:192.0.2.1
    subject_alt_name_critical: who does not understand them must refuse the certificate
    use_common_name_for_san: without other names, make the common name one
    key_usage: what the key may be used for, such as digitalSignature
    key_usage_critical: who does not understand it must refuse the certificate
    extended_key_usage: further uses, such as serverAuth
    extended_key_usage_critical: who does not understand them must refuse the certificate
    basic_constraints: whether it is an authority, such as CA:TRUE and pathlen:0
    basic_constraints_critical: who does not understand them must refuse the certificate
    ocsp_must_staple: servers must bring along a proof that it was not revoked
    ocsp_must_staple_critical: who does not understand that must refuse the certificate
    create_subject_key_identifier: add a digest of the key
    force: make it anew in any case
    backup: keep a copy of the request that is replaced
    return_content: return the request itself
    owner: owner of the file
    group: group of the file
    mode: permissions of the file

    Example:
      - openssl_csr:
          path: /etc/ssl/www.example.com.csr
          privatekey_path: /etc/ssl/private/www.example.com.pem
          common_name: www.example.com
          subject_alt_name: ["DNS:www.example.com", "DNS:example.com"]

    Returns:
      filename: file of the request
      privatekey: file of the key
      subject: pairs of name and value
      subjectAltName: other names
      csr: the request, if that was asked for
      backup_file: copy of the request that was replaced
    """
    if state == "absent":
        return (yield from taken_away(path, backup))
    extra = {}
    if not privatekey_path:
        raise Failure("openssl_csr needs privatekey_path, the file of a private key")
    parts = [("C", country_name), ("ST", state_or_province_name), ("L", locality_name), ("O", organization_name),
             ("OU", organizational_unit_name), ("CN", common_name), ("emailAddress", email_address)]
    for name, value in (subject or {}).items():
        parts += [(name, each) for each in (value if isinstance(value, list) else [value])]
    parts = [(name, str(value)) for name, value in parts if value is not None]
    names = subject_alt_name
    if names is None and common_name and use_common_name_for_san:
        names = ["DNS:" + common_name]
    extensions = [("subjectAltName", subject_alt_name_critical, ["@names"] if names else None),
                  ("keyUsage", key_usage_critical, key_usage),
                  ("extendedKeyUsage", extended_key_usage_critical, extended_key_usage),
                  ("basicConstraints", basic_constraints_critical, basic_constraints),
                  ("tlsfeature", ocsp_must_staple_critical, ["status_request"] if ocsp_must_staple else None),
                  ("subjectKeyIdentifier", False, ["hash"] if create_subject_key_identifier else None)]
    asked = configuration(parts, names or [], extensions)
    new = None
    if os.path.exists(privatekey_path) or not context.check:
        new = request(privatekey_path, privatekey_passphrase, digest, asked)
    if force or new is None or said(path) != said(path, new):
        extra = yield from put(path, lambda: new, "certificate request", owner, group, mode, backup)
    else:
        yield from attributes(path, owner, group, mode)
    values = {"filename": path, "privatekey": privatekey_path, "subject": [list(part) for part in parts],
              "subjectAltName": names}
    if return_content:
        values["csr"] = new if context.check else read(path).decode("ascii", "replace")
    return dict(values, **extra)


def configuration(parts, names, extensions):
    """Return openssl's configuration for a subject, other names and extensions [(name, critical, words)]."""
    lines = ["[req]", "prompt = no", "utf8 = yes", "string_mask = utf8only", "distinguished_name = subject"]
    given = [each for each in extensions if each[2]]
    lines += ["req_extensions = extensions"] if given else []
    lines += ["[subject]"]
    lines += ["%d.%s = %s" % (number, name, quoted(value)) for number, (name, value) in enumerate(parts)]
    lines += ["[extensions]"]
    for name, critical, words in given:
        marked = (["critical"] if critical else []) + [quoted(each) for each in words]
        lines.append("%s = %s" % (name, ",".join(marked)))
    lines += ["[names]"]
    for number, name in enumerate(names):
        kind, colon, value = name.partition(":")
        if not colon:
            raise Failure("%r is no other name: put its kind before it, as in DNS:%s" % (name, name))
        lines.append("%s.%d = %s" % (kind, number, quoted(value)))
    return "\n".join(lines) + "\n"


def request(key, passphrase, digest, asked):
    """Return a new request as PEM."""
    return made("req", "-new", "-batch", "-key", key, "-passin", "env:" + PASSPHRASE, "-" + digest,
                "-config", "/dev/stdin", passphrase=passphrase, stdin=asked)


def said(path, text=None):
    """Return what a request says, all but its signature, or None when it cannot be read.

    text: the request itself, where it is no file
    """
    if text is None and not os.path.exists(path):
        return None
    source = ["-in", path] if text is None else []
    outcome = openssl("req", "-noout", "-text", "-config", "/dev/null", *source, stdin=text)
    if not outcome.ok:
        return None
    before, _, signature = outcome.stdout.rpartition("Signature Algorithm:")
    return before, signature.split()[0]
