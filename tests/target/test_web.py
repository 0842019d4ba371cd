"""What is asked by URL; tests/tasks/test_get_url.py and test_uri.py try it on real servers."""

import io

import pytest

from muster.target.task import Failure
from muster.target.web import Web, name_in, parted, pieces


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


@pytest.mark.parametrize(("url", "found"), [
    ("http://host/a", ("http://host/a", None, None)), ("https://me@host/a?b", ("https://host/a?b", "me", "")),
    ("http://a%40b:c%20d@[::1]:80/", ("http://[::1]:80/", "a@b", "c d")),
    ("ftp://me:secret@host/a", ("ftp://me:secret@host/a", None, None)),
])
def test_user_and_password_of_a_url_are_parted_from_it(url, found):
    assert parted(url) == found


@pytest.mark.parametrize("text", ["Bearer sesame\n", "sesame\r", "sesame \u20ac"])
def test_a_header_that_cannot_be_sent_is_told_without_what_it_holds(text):
    with pytest.raises(Failure, match="the header 'Authorization' holds") as caught:
        Web(headers={"Authorization": text}).ask("GET", "http://127.0.0.1:1/")
    assert "sesame" not in caught.value.message


def test_a_url_that_is_not_ascii_is_told():
    with pytest.raises(Failure, match="the filter urlencode"):
        Web().ask("GET", "http://127.0.0.1:1/\u00e9")


def test_a_password_in_a_url_is_not_told():
    with pytest.raises(Failure, match="cannot reach http://127.0.0.1:1/") as caught:
        Web(use_proxy=False).ask("GET", "http://me:sesame@127.0.0.1:1/")
    assert "sesame" not in f"{caught.value.message}{caught.value.fields}"
