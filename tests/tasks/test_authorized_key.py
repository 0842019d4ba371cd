"""Keys that may log in. The file belongs to whoever runs the tests, so that root is not needed."""

import os
import pwd
import stat

import pytest

from tasks.authorized_key import authorized_key, edited, parse, parse_all
from tests.tasks.harness import perform

ME = pwd.getpwuid(os.getuid()).pw_name
ONE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOne one@host"
TWO = 'from="10.0.0.*,a b",command="/bin/echo \\"hi there\\"" ssh-rsa AAAAB3NzaC1yc2ETwo two words'


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".ssh" / "authorized_keys"


def ensure(path, key, before=None, **arguments):
    """Perform the task by the laws (foretold, done, nothing left to do); return its result and the file's text."""
    if before is not None:
        path.parent.mkdir(mode=0o700)
        path.write_text(before)
        path.chmod(0o600)
    arguments = dict({"user": ME, "key": key, "path": str(path)}, **arguments)
    foretold = perform(authorized_key, arguments, check=True)
    result = perform(authorized_key, arguments)
    assert foretold["changes"] == result["changes"] and not result["failed"], result
    assert perform(authorized_key, arguments)["changes"] == []
    return result, path.read_text() if path.exists() else None


def test_a_new_file_and_its_directory_are_safe(path):
    result, text = ensure(path, ONE)
    assert text == ONE + "\n" and result["path"] == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_modes_that_sshd_would_refuse_are_mended(path):
    path.parent.mkdir(mode=0o777)
    path.write_text(ONE + "\n")
    path.chmod(0o666)
    path.parent.chmod(0o777)
    ensure(path, ONE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_directory_is_not_touched_when_told_so(path):
    path.parent.mkdir()
    path.parent.chmod(0o755)
    ensure(path, ONE, manage_dir=False)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("before", "key", "arguments", "after"),
    [
        (f"# mine\n{TWO}\n", ONE, {}, f"# mine\n{TWO}\n{ONE}\n"),
        (f"{ONE}\n{TWO}\n", ONE, {"comment": "new"}, f"{ONE.replace('one@host', 'new')}\n{TWO}\n"),
        (f"{ONE}\n", ONE, {"key_options": "no-pty"}, f"no-pty {ONE}\n"),
        (f"{TWO}\n", TWO, {"key_options": ""}, "ssh-rsa AAAAB3NzaC1yc2ETwo two words\n"),
        (f"# mine\n{ONE}\n{TWO}\n", TWO, {"exclusive": True}, f"# mine\n{TWO}\n"),
        (f"{ONE}\n", f"{ONE}\n# comment\n\n{TWO}\n", {}, f"{ONE}\n{TWO}\n"),
        (f"{ONE}\n{ONE}\n", ONE, {}, f"{ONE}\n"),
        (f"{TWO}\nno-pty {ONE}\n", ONE, {"state": "absent"}, f"{TWO}\n"),
        (f"{TWO}\nnonsense in it\n", ONE, {}, f"{TWO}\nnonsense in it\n{ONE}\n"),
        (f"{ONE}", TWO, {}, f"{ONE}\n{TWO}\n"),
    ],
)
def test_the_text_of_the_file(path, before, key, arguments, after):
    assert ensure(path, key, before, **arguments)[1] == after


def test_a_key_that_is_not_there_need_not_be_taken_away(path):
    result, text = ensure(path, ONE, state="absent")
    assert result["changes"] == [] and text is None


def test_lines_that_are_alike_are_not_written_anew():
    spaced = "ssh-ed25519  AAAAC3NzaC1lZDI1NTE5AAAAIOne   one@host\n"
    assert edited(spaced, parse_all(ONE), "present", False) == spaced


def test_options_with_blanks_and_quotes_are_one_word():
    key = parse(TWO)
    assert key.options == 'from="10.0.0.*,a b",command="/bin/echo \\"hi there\\""'
    assert (key.kind, key.blob, key.comment) == ("ssh-rsa", "AAAAB3NzaC1yc2ETwo", "two words")


@pytest.mark.parametrize("key", ["ssh-rsa nonsense", "rsa AAAA", "hello", "-----BEGIN OPENSSH PRIVATE KEY-----"])
def test_what_is_no_key_is_refused(path, key):
    result = perform(authorized_key, {"user": ME, "key": key, "path": str(path)})
    assert "no public key" in result["msg"]


def test_keys_are_fetched_from_a_url(path, tmp_path):
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/me.keys" else 404)
            self.end_headers()
            self.wfile.write((ONE + "\n").encode())

        def log_message(self, *words):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = "http://127.0.0.1:%d" % server.server_port
        assert ensure(path, address + "/me.keys")[1] == ONE + "\n"
        result = perform(authorized_key, {"user": ME, "key": address + "/other", "path": str(path)})
        assert "cannot be fetched" in result["msg"]
    finally:
        server.shutdown()
        server.server_close()


def test_a_link_is_followed_only_when_told_so(path, tmp_path):
    path.parent.mkdir(mode=0o700)
    (tmp_path / "real").write_text("")
    path.symlink_to(tmp_path / "real")
    ensure(path, ONE, follow=True)
    assert path.is_symlink() and (tmp_path / "real").read_text() == ONE + "\n"
    ensure(path, TWO)
    assert not path.is_symlink() and (tmp_path / "real").read_text() == ONE + "\n"


def test_a_user_who_is_not_there_fails_but_not_in_check_mode(path):
    arguments = {"user": "nobody-of-this-name", "key": ONE}
    assert "no user nobody-of-this-name" in perform(authorized_key, arguments)["msg"]
    foretold = perform(authorized_key, arguments, check=True)
    assert foretold["changed"] and "not" not in foretold.get("msg", "") and foretold["warnings"]
