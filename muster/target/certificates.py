"""Certificates and requests for them: what they say, as openssl prints it, and new certificates."""

import os
import re

from muster.target.openssl import PASSPHRASE, openssl
from muster.target.task import Failure

RELATIVE = re.compile(r"([+-])(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?\Z")
# Errors of openssl verify: another key signed it, or the issuer is another one.
FOREIGN = re.compile(r"error (7|20|30) at 0 depth")
# What openssl ca says while all is well.
PROGRESS = re.compile(r"Using configuration|Check that|Signature ok|The Subject's|Certificate is to|.*:ASN\.1 ")
SUBJECT_KEY, AUTHORITY_KEY = "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"


def moment(text):
    """Return a time such as +3650d, 20300131000000Z or 203001310000Z as openssl takes it."""
    import time

    if re.match(r"\d{12}(\d\d)?Z\Z", text):
        return text if len(text) == 15 else text[:-1] + "00Z"
    found = RELATIVE.match(text)
    if not found or len(text) < 2:
        raise Failure("%r is no time: write it as +3650d, +1w2d3h or 20300131000000Z" % text)
    seconds = sum(int(number or 0) * unit for number, unit in zip(found.groups()[1:], (604800, 86400, 3600, 60, 1)))
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + (seconds if text[0] == "+" else -seconds)))


def said(kind, path):
    """Return {public, subject, extensions} of a certificate ("x509") or request ("req"), None for what is neither."""
    config = ["-config", "/dev/null"] if kind == "req" else []
    outcome = openssl(kind, "-in", path, "-noout", "-text", *config)
    if not outcome.ok:
        return None
    public = openssl(kind, "-in", path, "-noout", "-pubkey", *config).stdout.strip()
    subject = openssl(kind, "-in", path, "-noout", "-subject", "-nameopt", "RFC2253", *config).stdout
    return {"public": public, "subject": subject.partition("=")[2].strip(), "extensions": extensions_in(outcome.stdout)}


def extensions_in(text):
    """Return {name: words} of the extensions in what openssl prints; each is less indented than its words."""
    found = {}
    outer = inner = name = None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if line.strip() in ("X509v3 extensions:", "Requested Extensions:"):
            outer = indent
        elif outer is None or not line.strip():
            continue
        elif indent <= outer:
            break
        else:
            inner = indent if inner is None else inner
            if indent == inner:
                name, _, critical = line.strip().partition(":")
                found[name] = [critical.strip()]
            else:
                # Between parts of a list openssl forgets to begin a line, and indents what follows all the same.
                found[name].append(" ".join(line.split()))
    return found


def issued_by(path, issuer):
    """Tell whether a certificate names this issuer, and was signed by its key.

    issuer: file of the issuer's certificate; that of the certificate itself for one that its own key signed: then the
        names say it all, because openssl 1.1.1 does not verify what may sign no certificates
    """
    names = [openssl("x509", "-in", file, "-noout", option, "-nameopt", "RFC2253").stdout.partition("=")[2].strip()
             for file, option in ((path, "-issuer"), (issuer, "-subject"))]
    if names[0] != names[1] or issuer == path:
        return names[0] == names[1]
    verified = openssl("verify", "-no_check_time", "-partial_chain", "-trusted", issuer, path)
    return not FOREIGN.search(verified.stdout + verified.stderr)


def lasts(path):
    """Return when a certificate begins and ends to be valid, both as YYYYMMDDHHMMSSZ."""
    import time

    told = openssl("x509", "-in", path, "-noout", "-startdate", "-enddate").lines
    times = [time.strptime(line.partition("=")[2].strip(), "%b %d %H:%M:%S %Y GMT") for line in told]
    return [time.strftime("%Y%m%d%H%M%SZ", each) for each in times]


class Signer:
    """What signs certificates.

    issuer: file of the authority's certificate; None where a key signs its own
    key, passphrase: file of the private key, and what opens it
    start, end: of what is signed, as `moment` takes them
    digest: such as sha256
    """

    def __init__(self, issuer, key, passphrase, start, end, digest):
        self.issuer = issuer
        self.key = key
        self.passphrase = passphrase
        self.times = [moment(start), moment(end)]
        self.digest = digest

    def sign(self, request, identifiers):
        """Return a new certificate as PEM.

        identifiers: those of keys that it gets whatever the request says, as lines of openssl's configuration
        """
        import tempfile

        if not openssl("dgst", "-" + self.digest, stdin="").ok:
            raise Failure("openssl knows no digest %s: sha256 is one that it knows" % self.digest)
        # Of openssl's programs only ca takes dates and the request's extensions before 3.0; it wants files of its own.
        with tempfile.TemporaryDirectory() as directory:
            own_files(directory, identifiers)
            by = ["-cert", self.issuer] if self.issuer else ["-selfsign"]
            outcome = openssl("ca", "-config", os.path.join(directory, "ca.cnf"), "-preserveDN", "-batch", "-notext",
                              "-in", request, "-keyfile", self.key, "-passin", "env:" + PASSPHRASE,
                              "-startdate", self.times[0], "-enddate", self.times[1], "-md", self.digest, *by,
                              passphrase=self.passphrase)
        if not outcome.ok or "BEGIN CERTIFICATE" not in outcome.stdout:
            lines = [line for line in outcome.stderr.splitlines() if line and not PROGRESS.match(line)]
            raise Failure("openssl signs no certificate for %s: %s" % (request, "; ".join(lines[:3])), rc=outcome.rc,
                          stderr=outcome.stderr)
        return outcome.stdout


def own_files(directory, identifiers):
    """Write the files that `openssl ca` works with."""
    lines = ["[ca]", "default_ca = own", "[own]", "database = %s/index" % directory, "serial = %s/serial" % directory,
             "new_certs_dir = " + directory, "policy = any", "unique_subject = no", "copy_extensions = copy",
             "x509_extensions = extensions", "[any]", "commonName = optional", "[extensions]", *identifiers, ""]
    # RFC 5280 allows serial numbers of 20 bytes that are no negative ones.
    contents = {"ca.cnf": "\n".join(lines), "index": "", "index.attr": "", "serial": "7F%s\n" % os.urandom(19).hex()}
    for name, text in contents.items():
        with open(os.path.join(directory, name), "w", encoding="ascii") as file:
            file.write(text)
