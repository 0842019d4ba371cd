import base64
import hashlib
import http.server
import os
import ssl
import subprocess
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from muster.target.task import Secret
from tasks.get_url import get_url, in_list
from tests.tasks.harness import perform, snapshot
from tests.tasks.served import serving

BODY = b"tool 1.2\n"
SHA1 = hashlib.sha1(BODY).hexdigest()
CHANGED = 1_600_000_000  # When the server's file changed, in seconds since 1970.


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves /tool and variations of it; keeps the headers of each request in `server.requests`."""

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        answer = getattr(self, "get_" + self.path.lstrip("/"), None)
        return answer() if answer else self.reply(404, b"no")

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_tool(self):
        since = self.headers.get("If-Modified-Since")
        if since and parsedate_to_datetime(since).timestamp() >= CHANGED:
            return self.reply(304)
        return self.reply(200, BODY)

    def get_moved(self):
        self.reply(302, Location="/tool")

    def get_private(self):
        if self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:secret").decode():
            return self.reply(200, BODY)
        return self.reply(401, WWW_Authenticate='Basic realm="here"')

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
def download(server, tmp_path):
    """Performs get_url, /tool to tmp_path/tool unless told otherwise."""

    def run(path="/tool", check=False, **arguments):
        return perform(get_url, dict({"url": server.url + path, "dest": str(tmp_path / "tool")}, **arguments), check)

    return run


def test_a_file_is_downloaded(download, server, tmp_path):
    result = download(mode="0755")
    assert not result["failed"], result
    assert result["changed"] and result["changes"] == [f"create {tmp_path}/tool"]
    assert (tmp_path / "tool").read_bytes() == BODY
    assert (result["status_code"], result["msg"], result["url"]) == (200, "OK", server.url + "/tool")
    assert (result["mode"], result["size"], result["checksum_src"], result["checksum_dest"]) == ("0755", 9, SHA1, None)
    assert server.requests[0][1]["User-Agent"] == "ansible-httpget"


def test_a_file_that_the_server_has_changed_is_replaced(download, tmp_path):
    (tmp_path / "tool").write_text("tool 1.1\n")
    os.utime(tmp_path / "tool", (CHANGED - 1, CHANGED - 1))
    result = download(backup=True)
    assert result["changes"] == [f"keep a copy of {tmp_path}/tool", f"replace the content of {tmp_path}/tool"]
    assert (tmp_path / "tool").read_bytes() == BODY
    assert result["checksum_dest"] == hashlib.sha1(b"tool 1.1\n").hexdigest()
    assert Path(result["backup_file"]).read_text() == "tool 1.1\n"


def test_a_list_may_have_many_forms():
    assert in_list("abc\n", "tool", "") == "abc"
    assert in_list("abc  tool\n", "tool", "") == "abc"
    assert in_list("0 x\nabc *./tool\n", "tool", "") == "abc"


def test_a_password_is_given_when_asked_for(download, server):
    assert download("/private", url_username="me", url_password=Secret("secret"))["changed"]
    assert [headers.get("Authorization") is None for _, headers in server.requests] == [True, False]


def test_a_password_is_given_at_once_by_force(download, server):
    arguments = {"url_username": "me", "url_password": Secret("secret"), "force_basic_auth": True}
    assert download("/private", **arguments)["changed"]
    assert len(server.requests) == 1


def test_a_wrong_password_is_told(download):
    result = download("/private", url_username="me", url_password=Secret("wrong"), force_basic_auth=True)
    assert result["status_code"] == 401 and "wrong" not in str(result)


def test_headers_are_sent(download, server):
    download(headers={"X-Token": "t", "X-Number": 5}, http_agent="muster")
    sent = server.requests[0][1]
    assert (sent["X-Token"], sent["X-Number"], sent["User-Agent"]) == ("t", "5", "muster")


def test_a_header_may_be_for_the_first_server_only(download, server):
    download("/moved", headers={"X-Token": "t", "X-Other": "o"}, unredirected_headers=["x-token"])
    sent = [(headers.get("X-Token"), headers.get("X-Other")) for _, headers in server.requests]
    assert sent == [("t", "o"), (None, "o")]


def test_a_proxy_is_heeded_or_not(server, download, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    assert download()["failed"]
    assert not download(use_proxy=False)["failed"]


def test_check_mode_downloads_a_new_file_only_to_show_it(download, server, tmp_path):
    shown = download(check=True)
    assert (shown["changes"], shown["diff"]) == ([f"create {tmp_path}/tool"], [("", BODY.decode())])
    arguments = {"url": server.url + "/tool", "dest": str(tmp_path / "tool")}
    result = perform(get_url, arguments, check=True, diff=False)
    assert result["changes"] == [f"create {tmp_path}/tool"] and "checksum_src" not in result
    assert os.listdir(tmp_path) == []
    assert download("/none", check=True)["failed"]


def test_check_mode_tells_whether_a_file_would_be_replaced(download, tmp_path):
    (tmp_path / "tool").write_text("mine")
    before = snapshot(tmp_path)
    assert download(check=True, force=True)["changes"] == [f"replace the content of {tmp_path}/tool"]
    assert download(check=True, force=True)["diff"] == [("mine", BODY.decode())]
    assert snapshot(tmp_path) == before
    (tmp_path / "tool").write_bytes(BODY)
    assert not download(check=True, force=True)["changed"]


def test_the_file_is_checked_where_told(download, tmp_path):
    result = download(tmp_dest=str(tmp_path / "none"))
    assert result["failed"] and "No such file or directory" in result["msg"]
    assert not download(tmp_dest=str(tmp_path))["failed"]
    assert os.listdir(tmp_path) == ["tool"]


@pytest.mark.parametrize("checksum", ["0123", "klingon:0123", "sha256:xyz", "sha256:"])
def test_a_checksum_that_is_none_is_refused(download, checksum):
    result = download(checksum=checksum)
    assert result["failed"] and "checksum" in result["msg"]


@pytest.fixture
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 and its key in one file."""
    directory = tmp_path_factory.mktemp("certificate")
    path = str(directory / "both.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path + ".crt"],
        check=True, capture_output=True)
    with open(path, "a") as file:
        file.write(Path(path + ".crt").read_text())
    return path


def test_a_certificate_is_checked_unless_told_otherwise(server, certificate, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    arguments = {"url": server.url.replace("http", "https") + "/tool", "dest": str(tmp_path / "tool")}
    assert "certificate" in perform(get_url, arguments)["msg"]
    assert perform(get_url, dict(arguments, validate_certs=False))["changed"]
    assert not perform(get_url, dict(arguments, ca_path=certificate + ".crt", force=True))["failed"]
    shown = dict(arguments, ca_path=certificate + ".crt", client_cert=certificate, client_key=certificate, force=True)
    assert not perform(get_url, shown)["failed"]
