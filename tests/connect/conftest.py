"""Keys for tests, made once."""

import subprocess
from pathlib import Path

import pytest

from muster.connect.destination import Destination, Hop
from muster.connect.login import Logins
from tests.connect.server import Server


@pytest.fixture(scope="session")
def make_key(tmp_path_factory):
    """A function that makes a key pair and returns the path of its private half."""

    def make(name: str = "key", passphrase: str = "", kind: str = "ed25519") -> Path:
        path = tmp_path_factory.mktemp("keys") / name
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", str(path)], check=True)
        return path

    return make


@pytest.fixture(scope="session")
def plain_key(make_key) -> Path:
    return make_key("plain")


@pytest.fixture(scope="session")
def locked_key(make_key) -> Path:
    return make_key("locked", "open sesame")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """An empty home directory, and no ssh-agent."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / ".ssh").mkdir(mode=0o700)
    return tmp_path


@pytest.fixture
def serve(make_key, plain_key):
    """A function that starts a server which lets `plain_key` in, and returns it."""
    servers = []

    def serve(host_key=None, keys=None, **options) -> Server:
        server = Server(host_key or make_key("host"), [plain_key] if keys is None else keys, **options)
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def logins():
    made = Logins()
    yield made
    made.close()


@pytest.fixture
def way(home, plain_key):
    """A function (server, its hop's fields) that returns the destination; the server's key is known."""

    def way(*servers, known=True, **fields) -> Destination:
        own = {name: fields.pop(name) for name in ("host", "password", "proxy_command", "timeout") if name in fields}
        file = home / "known"
        if known:
            with file.open("a") as lines:
                lines.writelines(server.known_hosts_line() for server in servers)
        options = {"keys": (str(plain_key),), "user": "deploy", "known_hosts": (str(file),), **fields}
        hops = tuple(Hop(address="127.0.0.1", port=server.port, **options) for server in servers)
        return Destination(**{"host": "web", "hops": hops, "timeout": 5.0, **own})

    return way
