"""Keys that may log in, where cases/authorized_key.yml cannot say it."""

import http.server
import os
import pwd
import threading

import pytest

from tasks.authorized_key import authorized_key, parse
from tests.tasks.harness import perform

ME = pwd.getpwuid(os.getuid()).pw_name
ONE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOne one@host"
TWO = 'from="10.0.0.*,a b",command="/bin/echo \\"hi there\\"" ssh-rsa AAAAB3NzaC1yc2ETwo two words'


def test_options_with_blanks_and_quotes_are_one_word():
    key = parse(TWO)
    assert key.options == 'from="10.0.0.*,a b",command="/bin/echo \\"hi there\\""'
    assert (key.kind, key.blob, key.comment) == ("ssh-rsa", "AAAAB3NzaC1yc2ETwo", "two words")


@pytest.fixture
def address():
    """Serve one key, and say where."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/me.keys" else 404)
            self.end_headers()
            self.wfile.write((ONE + "\n").encode())

        def log_message(self, *words):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_keys_are_fetched_from_a_url(address, tmp_path):
    path = tmp_path / "keys"
    assert perform(authorized_key, {"user": ME, "key": f"{address}/me.keys", "path": str(path)})["changed"]
    assert path.read_text() == ONE + "\n"
    result = perform(authorized_key, {"user": ME, "key": f"{address}/other", "path": str(path)})
    assert "/other answered 404" in result["msg"]


def test_a_user_who_is_not_there_yet_is_only_warned_of_in_check_mode():
    foretold = perform(authorized_key, {"user": "nobody-of-this-name", "key": ONE}, check=True)
    assert foretold["changed"] and not foretold["failed"] and foretold["warnings"]
