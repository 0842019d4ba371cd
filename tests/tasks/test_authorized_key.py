"""Keys that may log in, where cases/authorized_key.yml cannot say it."""

import http.server
import os
import pwd
import threading

import pytest

from tasks.authorized_key import authorized_key, parse
from tasks.ssh_config import ssh_config
from tests.tasks.harness import perform, snapshot

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


@pytest.mark.skipif(os.getuid() != 0, reason="what a user's link leads to is another's only for root")
@pytest.mark.parametrize("linked", [".ssh", ".ssh/authorized_keys"])
def test_a_link_of_the_users_own_gives_away_nothing(tmp_path, monkeypatch, linked):
    user = pwd.struct_passwd(("me", "x", 4711, 4711, "", str(tmp_path / "home"), ""))
    monkeypatch.setattr("pwd.getpwnam", lambda name: user)
    (tmp_path / "home").mkdir()
    (tmp_path / "secret").mkdir() if linked == ".ssh" else (tmp_path / "secret").write_text("secret\n")
    link = tmp_path / "home" / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "secret")
    os.lchown(link, 4711, 4711)
    before = snapshot(tmp_path)
    for task_type, arguments in ((authorized_key, {"key": ONE}), (ssh_config, {"host": "a"})):
        if task_type is authorized_key or linked == ".ssh":
            result = perform(task_type, {"user": "me", **arguments})
            assert result["failed"] and "is a link that me made to what is not me's" in result["msg"]
    assert snapshot(tmp_path) == before
