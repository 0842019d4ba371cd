"""What is asked by URL; tests/tasks/test_get_url.py and test_uri.py try it on real servers."""

import io

import pytest

from muster.target.task import Failure
from muster.target.web import Web, name_in, pieces


def test_a_url_without_a_name_gives_one():
    assert name_in("http://host/") == "index.html"
    assert name_in("http://host/a/b%20c?d=e/f") == "b c"


def test_a_file_is_read_in_pieces_from_its_beginning():
    file = io.BytesIO(b"x" * (1 << 19))
    file.read()
    assert [len(each) for each in pieces(file)] == [1 << 18, 1 << 18]


def test_files_of_the_host_have_urls_without_a_status_and_are_read_whole(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    with Web().get(f"file://{tmp_path}/file") as answer:
        assert (answer.status, answer.read(), answer.filename()) == (200, b"content", "file")


def test_certificates_that_cannot_be_read_are_told(tmp_path):
    with pytest.raises(Failure, match="cannot use what was given for TLS"):
        Web(ca_path=str(tmp_path / "none")).get("https://127.0.0.1:1/")
