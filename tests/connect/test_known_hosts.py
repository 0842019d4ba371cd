"""What known_hosts files say."""

import base64
import hashlib
import hmac
import threading

import pytest

from muster.connect.known_hosts import KnownHosts, fingerprint, known_name

A, B, C = (base64.b64encode(f"key {letter}".encode()).decode() for letter in "ABC")


def hashed(name: str) -> str:
    """Return a name as HashKnownHosts has it (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
    salt = b"twenty bytes of salt"
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


LINES = f"""\
# a comment, and an empty line

web-1,10.0.0.1 ssh-ed25519 {A} root@web-1
WEB-2 ssh-ed25519 {A}
[web-3]:2222 ssh-ed25519 {A}
{hashed("web-4")} ssh-ed25519 {A}
{hashed("[web-5]:2222")} ecdsa-sha2-nistp256 {A}
*.example.com,!bad.example.com ssh-ed25519 {A}
10.1.?.* ssh-rsa {A}
[db-*]:2222 ssh-ed25519 {A}
two ssh-ed25519 {A}
two ssh-ed25519 {B}
@revoked gone ssh-ed25519 {C}
@cert-authority *.trusted ssh-ed25519 {C}
torn ssh-ed25519
nonsense ssh-ed25519 ***
|1|half ssh-ed25519 {A}
last ssh-ed25519 {C}"""

KNOWN = [
    ("web-1", 22, [3]),
    ("10.0.0.1", 22, [3]),
    ("Web-1", 22, [3]),
    ("web-2", 22, [4]),
    ("web-3", 2222, [5]),
    ("web-3", 22, []),
    ("web-4", 22, [6]),
    ("web-4", 2222, []),
    ("web-5", 2222, [7]),
    ("a.example.com", 22, [8]),
    ("bad.example.com", 22, []),
    ("a.example.com", 2222, []),
    ("10.1.2.34", 22, [9]),
    ("10.1.22.34", 22, []),
    ("db-7", 2222, [10]),
    ("two", 22, [11, 12]),
    ("gone", 22, [13]),
    ("a.trusted", 22, []),
    ("torn", 22, []),
    ("nonsense", 22, []),
    ("last", 22, [18]),
    ("unheard-of", 22, []),
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "known_hosts"
    path.write_text(LINES)
    return path


@pytest.mark.parametrize(("address", "port", "lines"), KNOWN)
def test_a_server_is_known_by_the_lines_that_name_it(file, address, port, lines):
    found = KnownHosts((str(file),)).keys(known_name(address, port))
    assert [(key.file, key.line) for key in found] == [(str(file), line) for line in lines]


def test_a_revoked_key_is_told_from_a_known_one(file):
    [key] = KnownHosts((str(file),)).keys("gone")
    assert key.revoked and key.data == b"key C"


def test_later_files_add_to_the_first_and_missing_ones_do_not_matter(tmp_path, file):
    other = tmp_path / "system"
    other.write_text(f"web-1 ssh-rsa {B}\n")
    found = KnownHosts((str(tmp_path / "missing"), str(file), str(other))).keys("web-1")
    assert [(key.type, key.file) for key in found] == [("ssh-ed25519", str(file)), ("ssh-rsa", str(other))]


def test_a_host_key_alias_is_the_whole_name():
    assert known_name("10.0.0.1", 2222, "Web-1") == "web-1"


def test_a_remembered_key_is_known_at_once_and_by_the_next_run(file):
    known = KnownHosts((str(file),))
    known.remember("[new]:2222", "ssh-ed25519", b"its key")
    for each in (known, KnownHosts((str(file),))):
        assert [key.data for key in each.keys("[new]:2222")] == [b"its key"]
        assert each.keys("last")[0].data == b"key C"  # The file had no newline at its end.


def test_a_key_is_remembered_once_whoever_comes_first(tmp_path):
    path = tmp_path / ".ssh" / "known_hosts"
    known = KnownHosts((str(path),))
    threads = [threading.Thread(target=known.remember, args=("new", "ssh-ed25519", b"key")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text().count("\n") == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_fingerprint_is_written_as_ssh_writes_it(plain_key):
    import subprocess

    said = subprocess.run(["ssh-keygen", "-l", "-f", str(plain_key)], capture_output=True, text=True, check=True)
    data = base64.b64decode(plain_key.with_suffix(".pub").read_text().split()[1])
    assert fingerprint(data) == said.stdout.split()[1]
