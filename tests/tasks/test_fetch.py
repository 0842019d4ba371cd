import hashlib

import pytest

from muster.target.task import context
from tasks.fetch import fetch
from tests.tasks.harness import perform


@pytest.fixture
def sent(monkeypatch):
    pieces = []
    monkeypatch.setattr(context, "send", pieces.append)
    return pieces


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "setup.log"
    path.write_bytes(b"done\n\xff" * 100000)
    return path


def test_a_file_is_sent_in_pieces(sent, log):
    result = perform(fetch, {"src": str(log)})
    assert b"".join(sent) == log.read_bytes() and len(sent) > 1
    assert result["sent"] and not result["changed"]
    assert result["size"] == 600000
    assert result["checksum"] == hashlib.sha1(log.read_bytes()).hexdigest()


def test_check_mode_sends_it_too(sent, log):
    assert perform(fetch, {"src": str(log)}, check=True)["sent"]
    assert b"".join(sent) == log.read_bytes()


def test_what_the_controller_has_is_not_sent_again(sent, log):
    result = perform(fetch, {"src": str(log), "have": hashlib.sha256(log.read_bytes()).hexdigest()})
    assert sent == [] and not result["sent"]


def test_what_the_controller_has_otherwise_is_sent(sent, log):
    assert perform(fetch, {"src": str(log), "have": hashlib.sha256(b"old").hexdigest()})["sent"]
    assert b"".join(sent) == log.read_bytes()


def test_a_missing_file_fails(sent, tmp_path):
    result = perform(fetch, {"src": str(tmp_path / "none")})
    assert result["failed"] and result["msg"] == f"there is no file {tmp_path}/none on the host"


def test_a_missing_file_may_be_no_failure(sent, tmp_path):
    result = perform(fetch, {"src": str(tmp_path / "none"), "fail_on_missing": False})
    assert not result["failed"] and not result["sent"]
    assert result["msg"].endswith("ignored")


def test_a_directory_fails(sent, tmp_path):
    assert "is a directory" in perform(fetch, {"src": str(tmp_path)})["msg"]
