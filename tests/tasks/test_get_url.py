import base64
import hashlib
import http.server
import os
import ssl
import subprocess
import threading
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from muster.target.task import Secret
from tasks.get_url import get_url, in_list
from tests.tasks.harness import perform, snapshot

BODY = b"tool 1.2\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
SHA1 = hashlib.sha1(BODY).hexdigest()
CHANGED = 1_600_000_000  # When the server's file changed, in seconds since 1970.


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves /tool and variations of it; keeps the headers of each request in `server.requests`."""

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        answer = getattr(self, "get_" + self.path.lstrip("/").split("?")[0].replace(".", "_").replace("-", "_"), None)
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

    def get_named(self):
        self.reply(200, BODY, Content_Disposition='attachment; filename="../../tool-1.2"')

    def get_short(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(BODY)

    def get_private(self):
        if self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:secret").decode():
            return self.reply(200, BODY)
        return self.reply(401, WWW_Authenticate='Basic realm="here"')

    def get_sums_txt(self):
        self.reply(200, f"{'0' * 64}  other\n{SHA256} *./tool\n".encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.requests = []
        running.url = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


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


def test_a_file_that_the_server_has_not_changed_is_not_downloaded_again(download):
    assert download()["changed"]
    result = download()
    assert not result["changed"] and result["status_code"] == 304 and "checksum_src" not in result


def test_a_file_that_the_server_has_changed_is_replaced(download, tmp_path):
    (tmp_path / "tool").write_text("tool 1.1\n")
    os.utime(tmp_path / "tool", (CHANGED - 1, CHANGED - 1))
    result = download(backup=True)
    assert result["changes"] == [f"keep a copy of {tmp_path}/tool", f"replace the content of {tmp_path}/tool"]
    assert (tmp_path / "tool").read_bytes() == BODY
    assert result["checksum_dest"] == hashlib.sha1(b"tool 1.1\n").hexdigest()
    assert Path(result["backup_file"]).read_text() == "tool 1.1\n"


def test_a_file_that_is_newer_here_is_kept_unless_forced(download, tmp_path):
    (tmp_path / "tool").write_text("mine")
    assert not download()["changed"]
    assert download(force=True)["changed"]
    assert not download(force=True)["changed"]


def test_attributes_are_given_also_to_a_file_that_is_there(download, tmp_path):
    download()
    assert download(mode="0700")["changes"] == [f"set the mode of {tmp_path}/tool to 0700"]
    assert download(checksum="sha256:" + SHA256, mode="0711")["changes"] == [f"set the mode of {tmp_path}/tool to 0711"]


def test_a_file_with_the_right_checksum_costs_no_request(download, server):
    download()
    del server.requests[:]
    result = download(checksum="sha256:" + SHA256.upper())
    assert not result["changed"] and result["msg"] == "file already exists"
    assert not download(sha256sum=SHA256)["changed"]
    assert server.requests == []


def test_a_file_with_another_checksum_is_replaced_however_new_it_is(download, tmp_path):
    (tmp_path / "tool").write_text("mine")
    assert download(checksum="sha256:" + SHA256)["changed"]
    assert (tmp_path / "tool").read_bytes() == BODY


def test_a_download_with_another_checksum_is_refused(download, tmp_path):
    result = download(checksum="sha1:" + "0" * 40)
    assert result["failed"] and "is not what checksum says" in result["msg"]
    assert (result["checksum"], result["changes"]) == (SHA1, [])
    assert os.listdir(tmp_path) == []


def test_the_checksum_may_be_in_a_list_that_the_server_has(download, server):
    assert download(checksum=f"sha256:{server.url}/sums.txt")["changed"]
    assert not download(checksum=f"sha256:{server.url}/sums.txt")["changed"]


def test_a_list_may_have_many_forms():
    assert in_list("abc\n", "tool", "") == "abc"
    assert in_list("abc  tool\n", "tool", "") == "abc"
    assert in_list("0 x\nabc *./tool\n", "tool", "") == "abc"


def test_in_a_directory_the_file_is_called_as_in_the_url(download, tmp_path):
    result = download("/moved?x=1", dest=str(tmp_path))
    assert result["dest"] == str(tmp_path / "tool") and result["url"].endswith("/tool")
    assert os.listdir(tmp_path) == ["tool"]


def test_the_server_may_name_the_file_but_not_its_directory(download, tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert download("/named", dest=str(tmp_path / "a" / "b"))["dest"] == str(tmp_path / "a" / "b" / "tool-1.2")


def test_an_error_of_the_server_is_told(download, server, tmp_path):
    result = download("/none")
    assert result["failed"] and result["status_code"] == 404
    assert result["msg"] == f"{server.url}/none answered 404 Not Found"
    assert os.listdir(tmp_path) == []


def test_a_download_that_ends_too_early_is_refused(download, tmp_path):
    result = download("/short")
    assert result["failed"] and "broke off after 9 of 1000 bytes" in result["msg"]
    assert os.listdir(tmp_path) == []


def test_no_server_is_told(server, tmp_path):
    result = perform(get_url, {"url": "http://127.0.0.1:1/x", "dest": str(tmp_path / "x"), "use_proxy": False})
    assert result["failed"] and "Connection refused" in result["msg"] and result["status_code"] == -1


def test_what_is_no_url_is_told(tmp_path):
    assert "cannot reach tool" in perform(get_url, {"url": "tool", "dest": str(tmp_path / "x")})["msg"]


def test_a_directory_that_is_not_there_is_told(download, tmp_path):
    assert "does not exist: make it first" in download(dest=str(tmp_path / "a" / "b"))["msg"]


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


def test_check_mode_downloads_nothing_for_a_new_file(download, server, tmp_path):
    result = download(check=True)
    assert result["changes"] == [f"create {tmp_path}/tool"]
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


def test_files_of_the_host_have_urls_too(tmp_path):
    (tmp_path / "source").write_bytes(BODY)
    arguments = {"url": f"file://{tmp_path}/source", "dest": str(tmp_path / "tool")}
    assert perform(get_url, arguments)["status_code"] == 200
    assert (tmp_path / "tool").read_bytes() == BODY
    assert not perform(get_url, arguments)["changed"]


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
