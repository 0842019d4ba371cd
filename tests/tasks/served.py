"""A web server on the loopback whose answers are data, and who keeps what it was asked.

    with served({"/tool": [200, {"Last-Modified": "..."}, "text"]}) as server:
        ...
    assert server.asked == ["GET /tool"]

Keys are paths, or methods and paths ("POST /tool"), of which the latter are looked for first; a path that is not there
is answered with 404. Who has what is not older than its Last-Modified gets 304, as from any server. An answer's
Content-Length is that of its text unless its headers say otherwise.
"""

import contextlib
import http.server
import threading
from email.utils import parsedate_to_datetime


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as `self.server.answers` say; a request is kept as "METHOD PATH BODY" in `self.server.asked`."""

    def answer(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        self.server.asked.append(" ".join(filter(None, [self.command, self.path, sent])))
        path = self.path.partition("?")[0]
        answers = self.server.answers
        status, headers, body = answers.get("%s %s" % (self.command, path), answers.get(path, [404, {}, "no"]))
        if self.has_it(headers):
            status, body = 304, ""
        data = body if isinstance(body, bytes) else body.encode("utf-8")
        self.send_response(status)
        for name, value in dict({"Content-Length": len(data)}, **headers).items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def has_it(self, headers):
        """Tell whether who asks has what is as new as this."""
        since, changed = self.headers.get("If-Modified-Since"), headers.get("Last-Modified")
        return bool(since and changed) and parsedate_to_datetime(since) >= parsedate_to_datetime(changed)

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def served(answers):
    """Serve while this lasts.

    answers: {PATH: [status, headers, text or bytes]}; may be replaced in the server that is yielded
    Yields the server: its `url`, and `asked`, the requests that came, in order.
    """
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    server.url = "http://127.0.0.1:%d" % server.server_port
    server.answers = answers
    with serving(server):
        yield server


@contextlib.contextmanager
def serving(server):
    """Have a server of socketserver's kind answer while this lasts."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
