"""Whether a server may be trusted."""

import paramiko
import pytest

from muster.connect.destination import Hop
from muster.connect.host_key import HostKeyCheck
from muster.connect.known_hosts import KnownHosts, fingerprint
from muster.errors import ConnectError


@pytest.fixture(scope="module")
def keys(make_key):
    return [paramiko.PKey.from_path(make_key(f"host{number}")) for number in range(3)]


@pytest.fixture
def check(tmp_path):
    """A function (known_hosts text, hop's fields) that returns the check of a server named Web-1."""

    def check(text: str, **fields) -> HostKeyCheck:
        path = tmp_path / "known"
        path.write_text(text)
        hop = Hop(**{"address": "Web-1", "port": 22, "user": "u", "known_hosts": (str(path),), **fields})
        return HostKeyCheck("web", hop, KnownHosts(hop.known_hosts))

    return check


def line(name, key, marker=""):
    return f"{marker}{name} {key.get_name()} {key.get_base64()}\n"


def verdict(check, key) -> ConnectError | None:
    try:
        check.missing_host_key(paramiko.SSHClient(), "whatever", key)
    except ConnectError as error:
        return error
    return None


def test_any_of_several_known_keys_will_do(check, keys):
    held = check(line("web-1", keys[0]) + line("WEB-1", keys[1]))
    assert verdict(held, keys[0]) is None and verdict(held, keys[1]) is None
    assert "HAS CHANGED" in verdict(held, keys[2]).message


def test_an_unknown_key_is_refused_with_its_fingerprint_and_the_way_out(check, keys):
    error = verdict(check(""), keys[0])
    assert "is not known" in error.message and fingerprint(keys[0].asbytes()) in error.message
    assert "accept-new" in error.hint and error.exit_code == 4


def test_a_changed_key_is_refused_with_the_place_of_the_old_one(check, keys, tmp_path):
    error = verdict(check("\n" + line("web-1", keys[0]), checking="accept-new"), keys[1])
    assert "HAS CHANGED" in error.message and fingerprint(keys[1].asbytes()) in error.message
    assert f"{tmp_path}/known:2" in error.hint
    assert f"ssh-keygen -R 'web-1' -f {tmp_path}/known" in error.hint


def test_a_new_key_is_kept_where_new_ones_are_accepted(check, keys, tmp_path):
    held = check("", checking="accept-new", port=2222)
    assert verdict(held, keys[0]) is None
    assert (tmp_path / "known").read_text() == line("[web-1]:2222", keys[0])


def test_a_revoked_key_is_refused_even_where_it_is_known(check, keys):
    error = verdict(check(line("web-1", keys[0]) + line("web-1", keys[0], "@revoked "), checking="accept-new"), keys[0])
    assert "is revoked" in error.message and ":2" in error.message


def test_a_revoked_key_alone_does_not_make_the_host_known(check, keys):
    assert "is not known" in verdict(check(line("web-1", keys[0], "@revoked ")), keys[1]).message


def test_an_alias_stands_for_address_and_port(check, keys):
    assert verdict(check(line("known-as", keys[0]), port=2222, host_key_alias="known-as"), keys[0]) is None


def test_a_file_that_cannot_be_written_is_named(check, keys, tmp_path):
    (tmp_path / "file").write_text("")
    held = check("", checking="accept-new", known_hosts=(str(tmp_path / "file" / "below"),))
    assert f"cannot be kept in {tmp_path}/file/below" in verdict(held, keys[0]).message


@pytest.mark.parametrize(("known", "first"), [
    ("ssh-rsa", "rsa-sha2-512"), ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"), ("ssh-ed25519", "ssh-ed25519"),
])
def test_a_server_is_asked_for_the_type_of_key_that_is_known(check, known, first):
    import socket

    ours, theirs = socket.socketpair()
    with theirs:
        transport = check(f"web-1 {known} AAAA\n").transport(ours)
        assert transport.get_security_options().key_types[0] == first
        assert "gcm" in transport.get_security_options().ciphers[0]
        transport.close()
