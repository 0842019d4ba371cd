"""Files downloaded to the host."""

import os
import re

from muster.target.files import attributes as looks_of
from muster.target.files import hash_file, sha1, write
from muster.target.marks import mark
from muster.target.status import owned
from muster.target.task import Change, Content, Failure, Mode, Path, Secret, context, task
from muster.target.veil import without_credentials
from muster.target.web import AGENT, Web, name_in, pieces


@task(
    aliases={"attr": "attributes", "username": "url_username", "password": "url_password"},
    obsolete=("unsafe_writes", "decompress", "use_gssapi", "use_netrc"),
)
def get_url(
    url: str, dest: Path, checksum: str = None, sha256sum: str = None, force: bool = False, timeout: int = 10,
    headers: dict = None, http_agent: str = AGENT, url_username: str = None, url_password: Secret = None,
    force_basic_auth: bool = False, unredirected_headers: [str] = (), validate_certs: bool = True,
    ca_path: Path = None, client_cert: Path = None, client_key: Path = None, ciphers: [str] = (),
    use_proxy: bool = True, tmp_dest: Path = None, backup: bool = False, owner: str = None, group: str = None,
    mode: Mode = None, attributes: str = None, seuser: str = None, serole: str = None, setype: str = None,
    selevel: str = None,
):
    """Download a file to the host.

    url: where it is: http, https, ftp or file
    dest: path of the file; in a directory it gets the name that the server or the URL gives it
    checksum: "sha256:" and the checksum the file must have, or the URL of a list of checksums; a file that has it
        already is not downloaded
    sha256sum: older way to say checksum: "sha256:..."
    force: download although there is a file; by default the server is asked whether it has a newer one
    timeout: seconds that the server may be silent
    headers: headers of the request
    http_agent: what to call oneself
    url_username: user to log in as
    url_password: password of that user
    force_basic_auth: log in with the first request, without being asked to
    unredirected_headers: names of headers that are not sent again when the server sends us elsewhere
    validate_certs: check the server's certificate
    ca_path: file of certificates to trust
    client_cert: certificate to show, in PEM
    client_key: key of that certificate, if it is not in the same file
    ciphers: those that TLS may use, as OpenSSL writes them
    use_proxy: heed http_proxy and its kin
    tmp_dest: directory for the file while it is checked; by default that of the system
    backup: keep a copy of what was there
    owner: user who owns the file
    group: group that owns the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
        - name: Install the command
          get_url:
            url: https://example.com/tool-1.2
            dest: /usr/local/bin/tool
            checksum: sha256:https://example.com/tool-1.2.sha256
            mode: "0755"

    Returns:
        url: where it was downloaded from
        dest: path of the file
        status_code: what the server answered, as 200 or 304
        msg: what it said to that
        checksum_src: SHA-1 of what was downloaded
        checksum_dest: SHA-1 of the file that was there before
        backup_file: the copy of what was there, if one was made
        elapsed: seconds the download took
        owner: user who owns the file
        group: group that owns the file
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
        state: file, or hard where it has other names too
    """
    looks = {"owner": owner, "group": group, "mode": mode}
    marks = {"attributes": attributes, "seuser": seuser, "serole": serole, "setype": setype, "selevel": selevel}
    web = Web(url_username, url_password, force_basic_auth, validate_certs, ca_path, client_cert, client_key, ciphers,
              use_proxy, http_agent, headers, unredirected_headers, timeout)
    wanted = expected(checksum or (sha256sum and "sha256:" + sha256sum), url, web)
    inside = os.path.isdir(dest)
    before = None if inside or not os.path.exists(dest) else sha1(dest)
    values = {"url": without_credentials(url), "dest": dest, "checksum_dest": before}
    if before and wanted and not force and hash_file(dest, wanted[0]) == wanted[1]:
        yield from looks_of(dest, **looks)
        yield from mark(dest, **marks)
        return dict(owned(dest), msg="file already exists", **values)
    since = os.stat(dest).st_mtime if before and not force and not wanted else None
    answer = web.get(url, since)
    values.update(status_code=answer.status, msg=answer.reason, url=answer.url)
    if answer.status == 304:
        yield from looks_of(dest, **looks)
        yield from mark(dest, **marks)
        return dict(owned(dest), **values)
    if inside:
        dest = values["dest"] = os.path.join(dest, answer.filename())
    with answer:
        values.update((yield from take(answer, dest, wanted, tmp_dest, backup, looks)))
    yield from mark(dest, **marks)
    return dict(owned(dest), **values)


def take(answer, dest, wanted, tmp_dest, backup, looks):
    """Yield what puts the body of the answer in place; check mode downloads a new file only to show what is in it."""
    import tempfile
    import time

    parent = os.path.dirname(dest) or "."
    if not os.path.isdir(parent):
        raise Failure("the directory %s does not exist: make it first, with the task type `file`" % parent)
    if context.check and not context.diff and not os.path.exists(dest):
        yield Change("create %s" % dest, lambda: None)
        return {}
    start = time.time()
    # A file without a name: whatever happens, nothing is left behind.
    with tempfile.TemporaryFile(dir=tmp_dest) as file:
        digests = answer.save(file, {"sha1", "sha256", wanted[0] if wanted else "sha1"})
        if wanted and digests[wanted[0]] != wanted[1]:
            raise Failure("what %s sent is not what checksum says it is" % answer.url, url=answer.url, dest=dest,
                          expected=wanted[1], checksum=digests[wanted[0]])
        content = Content(file.tell(), digests["sha256"], lambda: pieces(file))
        values = yield from write(dest, content, backup=backup, **looks)
    return dict(values, checksum_src=digests["sha1"], elapsed=int(time.time() - start))


def expected(checksum, url, web):
    """Return (algorithm, hex digest) for the text of the argument, or None; a list of checksums is downloaded."""
    import hashlib

    if not checksum:
        return None
    algorithm, _, digest = checksum.partition(":")
    algorithm = algorithm.strip().lower()
    if algorithm not in hashlib.algorithms_available or not digest:
        raise Failure("checksum is sha256: (or another algorithm) and a checksum or a URL, not %r" % checksum)
    digest = digest.strip()
    if re.match(r"(https?|ftp|file)://", digest):
        with web.get(digest) as answer:
            digest = in_list(answer.read().decode("utf-8", "replace"), name_in(url), digest)
    if not re.match(r"[0-9a-fA-F]+$", digest):
        raise Failure("a checksum is written in hexadecimal digits, and %r is not" % digest)
    return algorithm, digest.lower()


def in_list(text, name, where):
    """Return the checksum of a file out of a list such as sha256sum writes, or the only one there is."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) == 1:
        return lines[0][0]
    for words in lines:
        # "checksum  name", "checksum *name", "checksum  ./name"
        if len(words) >= 2 and re.sub(r"^\*?(\./)?", "", words[-1]) == name:
            return words[0]
    raise Failure("there is no checksum of %s in %s" % (name, where))
