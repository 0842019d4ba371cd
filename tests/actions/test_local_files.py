import pytest

from muster.actions.action import Failed
from muster.actions.local_files import read, with_mode
from muster.errors import VaultError
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key


def test_a_file_is_read_as_bytes(tmp_path):
    (tmp_path / "data").write_bytes(b"\xff\0")
    assert read(str(tmp_path / "data")) == b"\xff\0"


def test_an_encrypted_file_is_opened_unless_that_is_not_wanted(tmp_path):
    text = seal(b"hello", b"pass")
    (tmp_path / "data").write_text(text)
    assert read(str(tmp_path / "data"), decrypt=False) == text.encode()
    with pytest.raises(VaultError, match="no vault password was given"):
        read(str(tmp_path / "data"))
    KEYRING.use([Key("default", b"pass")])
    assert read(str(tmp_path / "data")) == b"hello"


@pytest.mark.parametrize(("name", "reason"), [("none", "No such file"), ("", "Is a directory")])
def test_a_file_that_cannot_be_read_fails(tmp_path, name, reason):
    with pytest.raises(Failed, match=f"cannot read .* on the controller: {reason}"):
        read(str(tmp_path / name))


@pytest.mark.parametrize(("mode", "expected"), [("preserve", 0o751), ("0600", "0600"), (0o600, 0o600)])
def test_only_preserve_takes_the_file_s_permissions(tmp_path, mode, expected):
    (tmp_path / "data").touch(0o700)
    (tmp_path / "data").chmod(0o751)
    given = {"mode": mode, "owner": "root"}
    assert with_mode(given, str(tmp_path / "data")) == {"mode": expected, "owner": "root"}
    assert given["mode"] == mode


def test_no_mode_stays_no_mode(tmp_path):
    assert with_mode({}, str(tmp_path)) == {}
