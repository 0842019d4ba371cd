"""Servers that are asked for things by URL: http, https, ftp and file."""

import os

from muster.target.files import new_hash
from muster.target.task import Failure
from muster.target.veil import without_credentials

AGENT = "ansible-httpget"  # What servers may have rules for already.
# What a redirect makes of a request: browsers ask for the new place, whatever was asked of the old one, after these.
ASKS_ANEW = {301: ("POST",), 302: None, 303: None}


def name_in(url):
    """Return the last part of a URL's path."""
    from urllib.parse import unquote, urlsplit

    return os.path.basename(unquote(urlsplit(url).path)) or "index.html"


def parted(url):
    """Return a URL without the user and the password in it, and these two as plain text; None where there are none.

    >>> parted("http://me:a%20b@host/c")
    ('http://host/c', 'me', 'a b')
    """
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    given, at, host = parts.netloc.rpartition("@")
    if not at or parts.scheme not in ("http", "https"):
        return url, None, None
    name, _, password = given.partition(":")
    return parts._replace(netloc=host).geturl(), unquote(name), unquote(password)


def check_request(url, headers):
    """Raise Failure for what cannot be sent, without a word of the headers, which may be secret.

    headers: pairs of name and text
    """
    if any(ord(letter) > 127 for letter in url):
        raise Failure("%s has characters that no URL has: write them with %%, as the filter urlencode does" % url)
    for name, text in headers:
        if set("\r\n") & set(name + text) or any(ord(letter) > 255 for letter in name + text):
            raise Failure("the header %r holds a line break, or characters beyond latin-1: the filter trim takes "
                          "line breaks away at its ends" % name)


def pieces(file):
    """Return an iterator over a file's content from its beginning."""
    file.seek(0)
    return iter(lambda: file.read(1 << 18), b"")


class Web:
    """How to ask servers: who asks, what is trusted, how long is waited.

    headers: {name: text} of every request
    unredirected: names of those that are not sent again when the server sends us elsewhere
    ciphers: those that TLS may use, as OpenSSL writes a list
    timeout: seconds that a server may be silent
    redirects: "all" are followed, "safe" are those of GET and HEAD, "none"
    socket: path of a socket to connect to, whatever host the URL names
    """

    def __init__(self, username=None, password=None, force_basic_auth=False, validate_certs=True, ca_path=None,
                 client_cert=None, client_key=None, ciphers=(), use_proxy=True, agent=AGENT, headers=None,
                 unredirected=(), timeout=10, redirects="safe", socket=None):
        self.username, self.password, self.force_basic_auth = username, password or "", force_basic_auth
        self.validate_certs, self.ca_path, self.ciphers = validate_certs, ca_path, ciphers
        self.client_cert, self.client_key = client_cert, client_key
        self.use_proxy, self.timeout, self.redirects, self.socket = use_proxy, timeout, redirects, socket
        self.headers = dict({"User-Agent": agent}, **(headers or {}))
        self.unredirected = {name.lower() for name in unredirected}

    def get(self, url, since=None):
        """Return the `Answer`; raise Failure when there is none, or it is neither the file nor 304.

        since: seconds since 1970; the server need not send what it has not changed since
        """
        answer = self.ask("GET", url, since=since)
        if answer.status != 304 and not 200 <= answer.status < 300:
            url = without_credentials(url)
            raise Failure("%s answered %d %s" % (url, answer.status, answer.reason), url=url, status_code=answer.status)
        return answer

    def ask(self, method, url, data=None, since=None):
        """Return the `Answer`, whatever its status; raise Failure when there is none.

        data: body of the request, bytes
        """
        import urllib.error
        import urllib.request
        from http.client import HTTPException

        shown = without_credentials(url)
        try:
            url, name, password = parted(url)
            if name and not self.username:
                self.username, self.password = name, password
            check_request(url, [(str(name), str(text)) for name, text in self.headers.items()])
            request = urllib.request.Request(url, data, method=method)
            for name, text in self.headers.items():
                once = name.lower() in self.unredirected
                (request.add_unredirected_header if once else request.add_header)(name, str(text))
            if since is not None:
                from email.utils import formatdate

                request.add_header("If-Modified-Since", formatdate(since, usegmt=True))
            return Answer(self.opener(request).open(request, timeout=self.timeout), method)
        except urllib.error.HTTPError as error:
            return Answer(error, method)
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise Failure("cannot reach %s: %s" % (shown, reason), url=shown, status_code=-1)

    def opener(self, request):
        """Return what opens URLs in the way asked for."""
        import urllib.request as library

        handlers = [redirecting(self.redirects), library.HTTPCookieProcessor()]
        if self.socket:
            handlers.append(through(self.socket))
        if self.ca_path or self.client_cert or self.ciphers or not self.validate_certs:
            handlers.append(library.HTTPSHandler(context=self.trust()))
        if not self.use_proxy:
            handlers.append(library.ProxyHandler({}))
        if self.username and self.force_basic_auth:
            from base64 import b64encode

            credentials = b64encode(("%s:%s" % (self.username, self.password)).encode("utf-8")).decode("ascii")
            # Not handed on when the server sends us elsewhere.
            request.add_unredirected_header("Authorization", "Basic " + credentials)
        elif self.username:
            passwords = library.HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, request.full_url, self.username, self.password)
            handlers += [library.HTTPBasicAuthHandler(passwords), library.HTTPDigestAuthHandler(passwords)]
        return library.build_opener(*handlers)

    def trust(self):
        """Return the SSL context for what is not usual; the usual one is made by the library when it is needed."""
        import ssl

        try:
            context = ssl.create_default_context(cafile=self.ca_path)
            if not self.validate_certs:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            if self.ciphers:
                context.set_ciphers(":".join(self.ciphers))
            if self.client_cert:
                context.load_cert_chain(self.client_cert, self.client_key)
        except (OSError, ssl.SSLError) as error:
            raise Failure("cannot use what was given for TLS (ca_path, client_cert, client_key, ciphers): %s" % error)
        return context


def redirecting(policy):
    """Return the handler that follows redirects: "all" of them, those of GET and HEAD ("safe"), or "none"."""
    import urllib.request as library

    class Redirects(library.HTTPRedirectHandler):
        http_error_308 = library.HTTPRedirectHandler.http_error_302  # Which Python knows since 3.11.

        def redirect_request(self, request, body, code, message, headers, newurl):
            method = request.get_method()
            if policy == "none" or (policy == "safe" and method not in ("GET", "HEAD")):
                return None  # It is the answer, then.
            anew = method != "HEAD" and code in ASKS_ANEW and (ASKS_ANEW[code] is None or method in ASKS_ANEW[code])
            lost = ("content-length", "content-type", "transfer-encoding") if anew else ()
            kept = {name: text for name, text in request.headers.items() if name.lower() not in lost}
            return library.Request(newurl.replace(" ", "%20"), None if anew else request.data, kept,
                                   request.origin_req_host, True, "GET" if anew else method)

    return Redirects()


def through(path):
    """Return the handler that connects to a socket of this host."""
    import socket
    from http.client import HTTPConnection
    from urllib.request import HTTPHandler

    class Connection(HTTPConnection):
        def connect(self):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(self.timeout)
            self.sock.connect(path)

    class Handler(HTTPHandler):
        def http_open(self, request):
            return self.do_open(Connection, request)

    return Handler()


class Answer:
    """What a server answered: status, reason, the URL that answered in the end, and the body to be read."""

    def __init__(self, body, method="GET"):
        self.body = body
        self.bodiless = method == "HEAD"  # Though it tells the size of the body that there would be.
        self.status = getattr(body, "code", None) or 200  # Files and FTP have no status.
        self.reason = str(getattr(body, "reason", None) or getattr(body, "msg", None) or "OK")
        self.url = without_credentials(body.geturl())

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.body.close()

    def read(self):
        """Return the body as bytes; raise Failure when it ends too early."""
        from io import BytesIO

        whole = BytesIO()
        self.save(whole, ())
        return whole.getvalue()

    def headers(self):
        """Return the headers as pairs of name and text."""
        return self.body.headers.items() if self.body.headers else []

    def kind(self):
        """Return the body's type, as text/html, its encoding, and what it is compressed with, or None."""
        if not self.body.headers:
            return "application/octet-stream", "utf-8", None
        charset = self.body.headers.get_content_charset() or "utf-8"
        try:
            b"\xff".decode(charset, "replace")
        except (LookupError, ValueError):
            charset = "utf-8"
        return self.body.headers.get_content_type(), charset, self.body.headers.get("Content-Encoding")

    def filename(self):
        """Return the name that the server gives the file, or else the last part of its URL; never a path."""
        disposition = self.body.headers.get_filename() if self.body.headers else None
        return os.path.basename(disposition or "") or name_in(self.url)

    def save(self, file, algorithms):
        """Write the body to a file; return {algorithm: hex digest}. Raises Failure when it ends too early."""
        from http.client import HTTPException

        digests = {name: new_hash(name) for name in algorithms}
        promised = self.body.headers.get("Content-Length") if self.body.headers else None
        size = 0
        try:
            for piece in iter(lambda: self.body.read(1 << 18), b""):
                size += len(piece)
                file.write(piece)
                for digest in digests.values():
                    digest.update(piece)
        except (OSError, HTTPException) as error:
            raise Failure("the download of %s broke off: %s" % (self.url, error), url=self.url)
        if promised and promised.isdigit() and not self.bodiless and size < int(promised):
            text = "the download of %s broke off after %d of %s bytes"
            raise Failure(text % (self.url, size, promised), url=self.url)
        file.flush()
        return {name: digest.hexdigest() for name, digest in digests.items()}
