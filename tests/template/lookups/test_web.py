"""Pages fetched from a server on the loopback."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from muster.errors import TemplateError
from tests.template.fake import ENGINE, Fake


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/none":
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        answer = {"/lines": "one\ntwo\n", "/who": self.headers.get("Authorization"), "/x": self.headers.get("X-A")}
        self.wfile.write(answer[self.path].encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def variables():
    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Fake(site=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("expression", "value"), [
    ("lookup('url', site ~ '/lines')", "one,two"),
    ("q('url', site ~ '/lines')", ["one", "two"]),
    ("lookup('url', site ~ '/lines', split_lines=false)", "one\ntwo\n"),
    ("lookup('url', site ~ '/who', username='a', password='b', force_basic_auth=true)", "Basic YTpi"),
    ("lookup('url', site ~ '/x', headers={'X-A': 'yes'})", "yes"),
])
def test_pages_are_fetched(expression, value, variables):
    assert ENGINE.evaluate(expression, variables) == value
    assert variables.settled == 1


@pytest.mark.parametrize(("expression", "message"), [
    ("lookup('url', site ~ '/none')", "/none: Not Found"),
    ("lookup('url', 'http://127.0.0.1:1/')", "Connection refused"),
    ("lookup('url', 'file:///etc/passwd')", "is no address of the web"),
    ("lookup('url', site, retries=3)", 'it has no option "retries"'),
])
def test_pages_that_cannot_be_fetched(expression, message, variables):
    with pytest.raises(TemplateError) as caught:
        ENGINE.evaluate(expression, variables)
    assert message in caught.value.message
