"""A web service is asked: real servers on the loopback, what they are asked, and what comes of their answers."""

import gzip
import http.server
import json
import socketserver

import pytest

from muster.target.task import Secret
from tasks.uri import uri
from tests.tasks.harness import perform, snapshot
from tests.tasks.served import serving

ANSWERS = {
    "/plain": (200, "It works", {}), "/hal": (200, "[1]", {"Content-Type": "application/hal+json"}),
    "/json": (200, '{"a": 1}', {"Content-Type": "application/json; charset=utf-8"}),
    "/wrong": (200, "{", {"Content-Type": "application/json"}),
    "/latin": (200, "caf\u00e9".encode("latin-1"), {"Content-Type": "text/plain; charset=latin-1"}),
    "/odd": (200, "a", {"Content-Type": "text/plain; charset=klingon"}),
    "/idna": (200, "a", {"Content-Type": "text/plain; charset=idna"}),
    "/unpacked": (200, "no gzip", {"Content-Encoding": "gzip"}),
    "/headers": (200, "", {"Failed": "1", "Exception": "x", "Ansible-Facts": "x", "Warnings": "x", "X-One": "1"}),
    "/packed": (200, gzip.compress(b"small"), {"Content-Encoding": "gzip", "Content-Type": "text/plain"}),
    "/broken": (500, '{"why": "full"}', {"Content-Type": "application/json"}), "/gone": (204, "", {}),
    "/file": (200, "text", {"Content-Disposition": 'attachment; filename="../named"'}),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Keeps every request in `server.requests`, and answers by its path."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        if self.path.startswith("/moved"):
            return self.reply(int(self.path[6:9]), b"", {"Location": "/plain"})
        if self.path == "/private" and not self.headers.get("Authorization"):
            return self.reply(401, b"", {"WWW-Authenticate": 'Basic realm="here"'})
        if self.headers.get("If-Modified-Since"):
            return self.reply(304, b"", {})
        status, text, headers = ANSWERS.get(self.path, (200, "It works", {}))
        return self.reply(status, text if isinstance(text, bytes) else text.encode(), headers)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

    def reply(self, status, body, headers):
        self.send_response(status)
        for name, value in {"X-Two": "1", "Set-Cookie": "a=b; Path=/", **headers}.items():
            self.send_header(name, value)
        self.send_header("x-two", "2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.requests = []
    running.url = f"http://127.0.0.1:{running.server_port}"
    with serving(running):
        yield running


@pytest.fixture
def ask(server):
    """Performs uri for a path of the server."""
    return lambda path="/plain", check=False, **arguments: perform(uri, {"url": server.url + path, **arguments}, check)


@pytest.mark.parametrize(("path", "values"), [
    ("/json", {"content": '{"a": 1}', "json": {"a": 1}}), ("/hal", {"content": "[1]", "json": [1]}),
    ("/wrong", {"content": "{"}), ("/latin", {"content": "caf\u00e9"}), ("/odd", {"content": "a"}),
    ("/idna", {"content": "a"}),
    ("/packed", {"content": "small"}), ("/plain", {"content": "It works"}),
])
def test_the_body_is_told_when_it_is_asked_for(ask, path, values):
    result = ask(path, return_content=True)
    assert {name: result[name] for name in ("content", "json") if name in result} == values


def test_an_answer_without_a_body_is_not_unpacked(ask):
    assert not ask("/packed", method="HEAD")["failed"]


def test_an_answer_that_is_not_packed_as_it_says_is_told(ask):
    result = ask("/unpacked", return_content=True)
    assert result["failed"] and "decompress: no" in result["msg"]
    assert ask("/unpacked", return_content=True, decompress=False)["content"] == "no gzip"


def test_headers_do_not_pass_for_what_the_task_tells(ask):
    result = ask("/headers")
    assert (result["failed"], result["warnings"], result["x_one"]) == (False, [], "1")
    assert "ansible_facts" not in result and "exception" not in result


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_user_and_password_may_be_in_the_url(server, method):
    url = server.url.replace("//", "//me:p%40ss@") + "/private"
    result = perform(uri, {"url": url, "method": method})
    assert (result["status"], result["url"]) == (200, server.url + "/private")
    assert server.requests[-1][2]["Authorization"] == "Basic bWU6cEBzcw=="
    assert "p%40ss" not in str(result)


def test_a_status_that_is_not_expected_fails_and_tells_what_came(ask, server):
    result = ask("/broken", return_content=True)
    assert result["failed"] and result["status"] == 500 and result["json"] == {"why": "full"}
    assert result["content"] == '{"why": "full"}'
    assert result["msg"] == f"{server.url}/broken answered 500 Internal Server Error, and 200 was expected"
    assert "content" not in ask("/broken")


def test_other_statuses_may_be_expected(ask):
    assert not ask("/gone", method="DELETE", status_code=[200, 204])["failed"]
    assert ask("/plain", status_code=[201, 202])["msg"].endswith("and 201 or 202 was expected")


@pytest.mark.parametrize(("arguments", "body", "kind"), [
    ({"body": {"a": [1, None]}, "body_format": "json"}, b'{"a": [1, null]}', "application/json"),
    ({"body": '{"a":1}', "body_format": "json"}, b'{"a":1}', "application/json"),
    ({"body": {"a": 1, "b": ["x", "y z"]}, "body_format": "form-urlencoded"}, b"a=1&b=x&b=y+z",
     "application/x-www-form-urlencoded"),
    ({"body": "text"}, b"text", "application/x-www-form-urlencoded"),
    ({"body": {"a": 1}, "body_format": "json", "headers": {"content-type": "text/x"}}, b'{"a": 1}', "text/x"),
])
def test_the_body_is_written_as_asked(ask, server, arguments, body, kind):
    assert not ask(method="POST", **arguments)["failed"]
    ((method, _, headers, sent),) = server.requests
    assert (method, sent) == ("POST", body)
    assert {name.lower(): text for name, text in headers.items()}["content-type"] == kind


def test_a_file_of_the_host_is_sent(ask, server, tmp_path):
    (tmp_path / "file").write_text("text")
    ask(method="PUT", src=str(tmp_path / "file"))
    assert server.requests[0][0] == "PUT" and server.requests[0][3] == b"text"
    assert "there is no file" in ask(method="PUT", src=str(tmp_path / "none"))["msg"]
    assert "not both" in ask(method="PUT", src=str(tmp_path / "file"), body="x")["msg"]


@pytest.mark.parametrize(("method", "policy", "path", "seen"), [
    ("GET", "safe", "/moved302", ["GET", "GET"]), ("HEAD", "safe", "/moved302", ["HEAD", "HEAD"]),
    ("POST", "safe", "/moved302", ["POST"]), ("GET", "none", "/moved302", ["GET"]), ("GET", "no", "/moved302", ["GET"]),
    ("POST", "all", "/moved301", ["POST", "GET"]), ("POST", "all", "/moved302", ["POST", "GET"]),
    ("PUT", "all", "/moved301", ["PUT", "PUT"]), ("PUT", "yes", "/moved303", ["PUT", "GET"]),
    ("POST", "all", "/moved307", ["POST", "POST"]), ("PUT", "urllib2", "/moved308", ["PUT", "PUT"]),
])
def test_redirects_are_followed_as_asked(ask, server, method, policy, path, seen):
    body = {"body": "text"} if method in ("POST", "PUT") else {}
    followed = len(seen) == 2
    expected = [200 if followed else int(path[-3:])]
    result = ask(path, method=method, follow_redirects=policy, status_code=expected, **body)
    assert not result["failed"], result
    assert [each[0] for each in server.requests] == seen and result["redirected"] == followed
    # What is asked again is sent again, and what is not is sent to nobody else.
    assert server.requests[-1][3] == (b"text" if seen[-1] in ("POST", "PUT") else b"")


def test_a_cookie_of_the_first_server_is_shown_where_it_sends_us(ask, server):
    ask("/moved302")
    assert server.requests[1][2]["Cookie"] == "a=b"


def test_a_password_is_given_when_asked_for_or_at_once(ask, server):
    login = {"url_username": "me", "url_password": Secret("secret")}
    assert not ask("/private", **login)["failed"]
    assert ["Authorization" in each[2] for each in server.requests] == [False, True]
    del server.requests[:]
    assert not ask("/private", force_basic_auth=True, **login)["failed"]
    assert ["Authorization" in each[2] for each in server.requests] == [True]


def test_the_answer_is_kept_in_a_file_and_only_asked_for_again_by_force(ask, server, tmp_path):
    dest = tmp_path / "answer"
    result = ask(dest=str(dest), mode="0600")
    assert result["changed"] and result["changes"] == [f"create {dest}"] and result["path"] == str(dest)
    assert (dest.read_text(), result["mode"], result["size"]) == ("It works", "0600", 8)
    result = ask(dest=str(dest))
    assert not result["changed"] and not result["failed"] and result["status"] == 304
    assert not ask(dest=str(dest), force=True)["changed"]
    dest.write_text("other")
    assert ask(dest=str(dest), force=True)["changed"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_check_mode_asks_nothing_and_says_so(ask, server, tmp_path, method):
    before = snapshot(tmp_path)
    result = ask(method=method, dest=str(tmp_path / "answer"), check=True)
    assert result["skipped"] and not result["changed"] and server.requests == [] and snapshot(tmp_path) == before


def test_a_service_may_listen_on_a_socket_of_the_host(tmp_path):
    class Server(socketserver.ThreadingUnixStreamServer):
        def get_request(self):
            request, _ = super().get_request()
            return request, ("local", 0)

    path = str(tmp_path / "socket")
    running = Server(path, Handler)
    running.requests = []
    with serving(running):
        result = perform(uri, {"url": "http://service/json", "unix_socket": path})
    assert result["json"] == {"a": 1} and running.requests[0][2]["Host"] == "service"


def test_headers_are_sent(ask, server):
    ask(headers={"X-Number": 5}, http_agent="muster")
    assert (server.requests[0][2]["X-Number"], server.requests[0][2]["User-Agent"]) == ("5", "muster")


@pytest.mark.parametrize("arguments", [{"url": "nothing"}, {"url": "klingon://x"}, {"url": "http://[::1/"}])
def test_what_is_no_url_is_told(arguments):
    result = perform(uri, arguments)
    assert result["failed"] and result["msg"].startswith("cannot reach " + arguments["url"]) and result["status"] == -1


def test_ciphers_nobody_knows_are_told():
    assert "ciphers" in perform(uri, {"url": "https://127.0.0.1:1/", "ciphers": ["KLINGON"]})["msg"]


def test_the_example_of_json_survives_both_ways(ask, server):
    ask(method="POST", body={"name": "\u20ac"}, body_format="json")
    assert json.loads(server.requests[0][3]) == {"name": "\u20ac"}
