"""Web services that are asked from the host."""

import json
import os
import tempfile
import time

from muster.target.commands import spared
from muster.target.files import read, write
from muster.target.forms import encoded
from muster.target.marks import mark
from muster.target.status import owned
from muster.target.task import Change, Choice, Content, Failure, Mode, Path, Secret, context, task
from muster.target.veil import without_credentials
from muster.target.web import AGENT, Web, pieces

READS = ("GET", "HEAD", "OPTIONS")
# Headers of these names would pass for what the task itself tells.
OWN = {"failed", "changed", "skipped", "unreachable", "exception", "warnings", "deprecations", "diff", "invocation",
       "ansible_facts", "results", "rc", "failed_when_result", "timedout", "content", "json", "path", "dest"}
OLD_WORDS = {"urllib2": "all", "yes": "all", "no": "none"}


@task(
    aliases={"user": "url_username", "password": "url_password", "attr": "attributes"},
    obsolete=("unsafe_writes", "use_gssapi", "use_netrc"), predicts=False, repeats=True,
)
def uri(
    url: str, method: str = "GET", body: object = None,
    body_format: Choice("raw", "json", "form-urlencoded", "form-multipart") = "raw", content: Content = None,
    content_type: str = None, src: Path = None, headers: dict = None, status_code: [int] = (200,),
    return_content: bool = False, dest: Path = None, force: bool = False, creates: Path = None, removes: Path = None,
    timeout: int = 30, follow_redirects: Choice("safe", "all", "none", "urllib2", "yes", "no") = "safe",
    url_username: str = None, url_password: Secret = None, force_basic_auth: bool = False,
    unredirected_headers: [str] = (), validate_certs: bool = True, ca_path: Path = None, client_cert: Path = None,
    client_key: Path = None, ciphers: [str] = (), use_proxy: bool = True, http_agent: str = AGENT,
    unix_socket: Path = None, decompress: bool = True, owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ask a web service, and fail where its answer is not the one expected.

    url: where it is, http or https
    method: GET, POST, PUT, DELETE or what else it knows
    body: what to send; plain data with a body_format, else text
    body_format: how the body is written, which also gives its Content-Type: raw, json, form-urlencoded, form-multipart
    content: the body, where the controller has it
    content_type: its Content-Type
    src: file of the host whose content is the body
    headers: headers of the request
    status_code: the statuses that are no failure
    return_content: put the answer's body in the result, as `content`
    dest: file for the answer's body; in a directory it gets the name that the server or the URL gives it
    force: ask for the whole answer although `dest` exists; by default only if the server has a newer one
    creates: glob; where something is there already, nothing is asked
    removes: glob; where nothing is there, nothing is asked
    timeout: seconds that the server may be silent
    follow_redirects: safe, those of GET and HEAD; all; or none
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
    http_agent: what to call oneself
    unix_socket: path of a socket to connect to; the host in `url` is then just a name
    decompress: unpack an answer that is compressed with gzip
    owner: user who owns `dest`
    group: group that owns it
    mode: its permissions
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
        - name: Wait until the application is healthy
          uri:
            url: http://127.0.0.1:8080/health
            return_content: true
          register: health
          until: health.status == 200 and health.json.ready
          retries: 30
          delay: 2

    Returns:
        status: what the server answered, as 200; -1 where nobody did
        url: where the answer came from in the end
        redirected: whether that is elsewhere
        msg: what the server said to its status
        content: body of the answer as text, with return_content
        json: the body as plain data, where it is JSON
        cookies: {name: value} of those the server set
        cookies_string: the same as text for a Cookie header
        elapsed: seconds it took
        path: the file that holds the answer, with `dest`
    """
    spare = spared(url, creates=creates, removes=removes)
    shown = without_credentials(url)
    if context.check:
        yield Change("%s %s" % (method, shown), lambda: None)  # What a server will answer cannot be foretold.
    if spare:
        return {"msg": spare["stdout"], "stdout": spare["stdout"], "changed": False}
    data, kind = body_of(body, body_format, content, content_type, src)
    web = Web(url_username, url_password, force_basic_auth, validate_certs, ca_path, client_cert, client_key, ciphers,
              use_proxy, http_agent, with_type(headers or {}, kind), unredirected_headers, timeout,
              OLD_WORDS.get(follow_redirects, follow_redirects), unix_socket)
    since = os.stat(dest).st_mtime if dest and not force and os.path.isfile(dest) else None
    start = time.time()
    try:
        ask = Change("%s %s" % (method, shown), lambda: web.ask(method.upper(), url, data, since))
        answer = ask.do() if method.upper() in READS else (yield ask)
    except Failure as failure:
        raise Failure(failure.message, status=-1, url=shown, redirected=False, elapsed=int(time.time() - start))
    # What becomes of the answer is the change of this task: a request that was answered is none.
    values = dict(told(answer, shown), changed=False)
    expected = answer.status in status_code or (since is not None and answer.status == 304)
    with answer:
        if dest and expected and answer.status != 304:
            path = os.path.join(dest, answer.filename()) if os.path.isdir(dest) else dest
            values.update((yield from kept(answer, path, {"owner": owner, "group": group, "mode": mode})))
            yield from mark(path, attributes, seuser, serole, setype, selevel)
        else:
            values.update(read_out(answer.read(), answer, return_content or not expected, decompress))
    values["elapsed"] = int(time.time() - start)
    if not expected:
        text = "%s answered %d %s, and %s was expected"
        if not return_content:
            values.pop("content", None)
        raise Failure(text % (shown, answer.status, answer.reason, " or ".join(map(str, status_code))), **values)
    return values


def body_of(body, body_format, content, content_type, src):
    """Return the body of the request as bytes, None for none, and its Content-Type, if anything says which."""
    if content is not None:
        return content.read(), content_type
    if src is not None:
        if body is not None:
            raise Failure("give body or src, not both")
        return file_of(src), None
    return (None, None) if body is None else encoded(body, body_format, file_of)


def with_type(headers, kind):
    """Return the headers with a Content-Type, unless they have their own."""
    if kind and not any(name.lower() == "content-type" for name in headers):
        return dict(headers, **{"Content-Type": kind})
    return headers


def file_of(path):
    data = read(path)
    if data is None:
        raise Failure("there is no file %s on the host to send" % path)
    return data


def told(answer, url):
    """Return what an answer tells before its body is read: its headers are values under their own names."""
    from http.cookies import CookieError, SimpleCookie

    values = {}
    for name, text in answer.headers():
        key = name.lower().replace("-", "_")
        if key in OWN:
            continue
        values[key] = values[key] + ", " + text if key in values else text
    cookies = {}
    for name, text in answer.headers():
        if name.lower() == "set-cookie":
            try:
                cookies.update((key, morsel.value) for key, morsel in SimpleCookie(text).items())
            except CookieError:
                continue  # What is no cookie is among the headers all the same.
    string = "; ".join("%s=%s" % each for each in cookies.items())
    return dict(values, status=answer.status, url=answer.url, redirected=answer.url != url, msg=answer.reason,
                cookies=cookies, cookies_string=string)


def read_out(data, answer, return_content, decompress):
    """Return the values that a body gives: content, and json where it is that."""
    kind, charset, packed = answer.kind()
    if packed == "gzip" and decompress and data:  # Of HEAD there is none.
        import zlib

        try:
            data = zlib.decompress(data, 31)
        except zlib.error as error:
            raise Failure("%s says that its answer is compressed with gzip, which it is not: %s; decompress: no leaves "
                          "it as it is" % (answer.url, error), url=answer.url, status=answer.status)
    text = data.decode(charset, "replace")
    values = {"content": text} if return_content else {}
    if kind.endswith(("/json", "+json")):
        try:
            values["json"] = json.loads(text)
        except ValueError:
            pass  # The server only says that it is JSON: the text is there for whoever asks for it.
    return values


def kept(answer, path, looks):
    """Yield what gives a file the body of the answer; return path, attributes, and whether anything changed."""
    with tempfile.TemporaryFile() as file:
        digests = answer.save(file, {"sha256"})
        steps = write(path, Content(file.tell(), digests["sha256"], lambda: pieces(file)), **looks)
        changed, outcome = False, None
        while True:
            try:
                change = steps.send(outcome)
            except StopIteration:
                return dict(owned(path), path=path, dest=path, changed=changed)
            changed, outcome = True, (yield change)
