"""Requests for certificates."""

import os

from muster.target.files import attributes as looks_of
from muster.target.files import read
from muster.target.marks import mark
from muster.target.openssl import PASSPHRASE, held, made, openssl, put, quoted, taken_away
from muster.target.task import Choice, Failure, Mode, Path, Secret, context, task

REASONS = {"key_compromise": "keyCompromise", "ca_compromise": "CACompromise", "superseded": "superseded",
           "affiliation_changed": "affiliationChanged", "cessation_of_operation": "cessationOfOperation",
           "certificate_hold": "certificateHold", "privilege_withdrawn": "privilegeWithdrawn",
           "aa_compromise": "AACompromise"}


@task(
    aliases={"attr": "attributes", "C": "country_name", "countryName": "country_name", "ST": "state_or_province_name",
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
    privatekey_content: Secret = None,
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
    subject_ordered: [dict] = None,
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
    name_constraints_permitted: [str] = None,
    name_constraints_excluded: [str] = None,
    name_constraints_critical: bool = False,
    crl_distribution_points: [dict] = None,
    create_subject_key_identifier: bool = False, subject_key_identifier: str = None,
    force: bool = False, backup: bool = False, return_content: bool = False,
    owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a request for a certificate exists that says this.

    path: file of the request, as PEM
    state: whether it should exist
    privatekey_path: file of the private key that signs it
    privatekey_content: the private key itself, instead of its file
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
    subject_ordered: all parts of the subject in their order, each a mapping of its own, instead of all the above
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
    name_constraints_permitted: names that the authority may sign, such as DNS:.example.com and IP:192.0.2.0/24
    name_constraints_excluded: names that it may not sign
    name_constraints_critical: who does not understand them must refuse the certificate
    crl_distribution_points: where lists of revoked ones are, each {full_name: [URI:...], reasons: [key_compromise]}
    create_subject_key_identifier: add a digest of the key
    subject_key_identifier: add this one, in hex with colons
    force: make it anew in any case
    backup: keep a copy of the request that is replaced
    return_content: return the request itself
    owner: owner of the file
    group: group of the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

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
    parts = [("C", country_name), ("ST", state_or_province_name), ("L", locality_name), ("O", organization_name),
             ("OU", organizational_unit_name), ("CN", common_name), ("emailAddress", email_address)]
    parts = [part for part in parts if part[1] is not None]
    if subject_ordered and (parts or subject):
        raise Failure("give the parts of the subject in subject_ordered or by themselves, not both")
    for mapping in subject_ordered or [subject or {}]:
        for name, value in mapping.items():
            parts += [(name, each) for each in (value if isinstance(value, list) else [value])]
    parts = [(name, str(value)) for name, value in parts]
    names = subject_alt_name
    if names is None and use_common_name_for_san:
        names = ["DNS:" + value for name, value in parts if name in ("CN", "commonName")][:1] or None
    extensions = [("subjectAltName", subject_alt_name_critical, ["@names"] if names else None),
                  ("keyUsage", key_usage_critical, key_usage),
                  ("extendedKeyUsage", extended_key_usage_critical, extended_key_usage),
                  ("basicConstraints", basic_constraints_critical, basic_constraints),
                  ("tlsfeature", ocsp_must_staple_critical, ["status_request"] if ocsp_must_staple else None),
                  ("nameConstraints", name_constraints_critical,
                   constraints("permitted", name_constraints_permitted) +
                   constraints("excluded", name_constraints_excluded)),
                  ("subjectKeyIdentifier", False, ["hash"] if create_subject_key_identifier else
                   [subject_key_identifier] if subject_key_identifier else None),
                  ("crlDistributionPoints", False, ["list%d" % i for i in range(len(crl_distribution_points or ()))])]
    sections = dict({"list%d" % i: point(each) for i, each in enumerate(crl_distribution_points or ())},
                    names=others(names or []))
    new = request(privatekey_path, privatekey_content, privatekey_passphrase, digest,
                  configuration(parts, extensions, sections))
    extra = {}
    if force or new is None or said(path) != said(path, new):
        extra = yield from put(path, lambda: new, "certificate request", owner, group, mode, backup)
    else:
        yield from looks_of(path, owner, group, mode)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    values = {"filename": path, "privatekey": privatekey_path, "subject": [list(part) for part in parts],
              "subjectAltName": names}
    if return_content:
        values["csr"] = new if context.check else read(path).decode("ascii", "replace")
    return dict(values, **extra)


def constraints(kind, names):
    """Return the words of openssl's configuration for names that are permitted or excluded."""
    words = []
    for name in names or ():
        sort, _, value = name.partition(":")
        if sort == "IP" and "/" in value:
            import ipaddress

            try:
                value = ipaddress.ip_network(value, strict=False).with_netmask
            except ValueError as error:
                raise Failure("%s is no network: %s" % (name, error))
        words.append("%s;%s:%s" % (kind, sort, value))
    return words


def point(given):
    """Return the settings of one place where lists of revoked certificates are; raise Failure for what is none."""
    if not given.get("full_name") or set(given) - {"full_name", "reasons"}:
        raise Failure("each of crl_distribution_points has full_name, such as [URI:http://...], and may have reasons; "
                      "there is nothing else: %s" % ", ".join(given))
    reasons = [REASONS.get(each, "") for each in given.get("reasons") or ()]
    if "" in reasons:
        raise Failure("the reasons of crl_distribution_points are among: %s" % ", ".join(sorted(REASONS)))
    return [("fullname", ",".join(given["full_name"]))] + ([("reasons", ",".join(reasons))] if reasons else [])


def others(names):
    """Return the settings for other names; raise Failure for one without its kind."""
    settings = []
    for number, name in enumerate(names):
        kind, colon, value = name.partition(":")
        if not colon:
            raise Failure("%r is no other name: put its kind before it, as in DNS:%s" % (name, name))
        settings.append(("%s.%d" % (kind, number), value))
    return settings


def configuration(parts, extensions, sections):
    """Return openssl's configuration for a subject, extensions [(name, critical, words)], and what these refer to."""
    lines = ["[req]", "prompt = no", "utf8 = yes", "string_mask = utf8only", "distinguished_name = subject"]
    given = [each for each in extensions if each[2]]
    lines += ["req_extensions = extensions"] if given else []
    lines += ["[subject]"]
    lines += ["%d.%s = %s" % (number, name, quoted(value)) for number, (name, value) in enumerate(parts)]
    lines += ["[extensions]"]
    for name, critical, words in given:
        marked = (["critical"] if critical else []) + [quoted(each) for each in words]
        lines.append("%s = %s" % (name, ",".join(marked)))
    for section, settings in sorted(sections.items()):
        lines += ["[%s]" % section] + ["%s = %s" % (name, quoted(value)) for name, value in settings]
    return "\n".join(lines) + "\n"


def request(path, content, passphrase, digest, asked):
    """Return a new request as PEM; None in check mode where the key is made by a task before."""
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        key = held(directory, "private key", path, content)
        if not key:
            raise Failure("openssl_csr needs privatekey_path, the file of a private key, or privatekey_content")
        if context.check and not os.path.exists(key):
            return None
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
