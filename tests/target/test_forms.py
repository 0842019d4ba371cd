"""Plain data becomes the body of a request."""

from email import message_from_bytes

import pytest

from muster.target.forms import encoded
from muster.target.task import Failure


def read(path):
    return {"dir/file.txt": b"content\n", "x.bin": bytes(range(256))}[path]


@pytest.mark.parametrize(("body", "body_format", "data", "kind"), [
    ("text", "raw", b"text", None), (5, "raw", b"5", None),
    ({"a": 1}, "json", b'{"a": 1}', "application/json"), ("[]", "json", b"[]", "application/json"),
    ([["a", 1], ["b", "x&y"]], "form-urlencoded", b"a=1&b=x%26y", "application/x-www-form-urlencoded"),
    ("a=1", "form-urlencoded", b"a=1", "application/x-www-form-urlencoded"),
    ("a=\u00e9", "form-urlencoded", b"a=\xc3\xa9", "application/x-www-form-urlencoded"),
    ("\udcff", "json", b"\xff", "application/json"),
])
def test_a_body_is_written_in_its_format(body, body_format, data, kind):
    assert encoded(body, body_format, read) == (data, kind)


def parts(body):
    data, kind = encoded(body, "form-multipart", read)
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + data)
    assert not message.defects
    return [(each.get_param("name", header="content-disposition"), each.get_filename(), each.get_content_type(),
             each.get_payload(decode=True)) for each in message.get_payload()]


def test_a_form_holds_texts_and_files():
    assert parts({
        "text": "one", "file": {"filename": "dir/file.txt"},
        "given": {"content": "two", "filename": "g", "mime_type": "a/b"},
        "binary": {"filename": "x.bin", "multipart_encoding": "7or8bit"},
    }) == [("text", None, "text/plain", b"one"), ("file", "file.txt", "text/plain", b"content\n"),
           ("given", "g", "a/b", b"two"), ("binary", "x.bin", "application/octet-stream", bytes(range(256)))]


def test_a_text_cannot_end_the_form_or_a_header():
    ((name, _, _, data),) = parts({'a"\r\nX: y': "--muster--\r\nmore --muster-muster"})
    assert (name, data) == ("a%22%0D%0AX: y", b"--muster--\r\nmore --muster-muster")


@pytest.mark.parametrize(("body", "body_format", "words"), [
    ({"a": 1}, "raw", "needs a body_format"), ([], "raw", "needs a body_format"), (["a"], "form-urlencoded", "pairs"),
    (5, "form-urlencoded", "pairs"), ("text", "form-multipart", "a mapping"), ({}, "form-multipart", "a mapping"),
    ({"a": {}}, "form-multipart", "the part a of the form needs content"),
])
def test_a_body_that_is_none_in_its_format_is_told(body, body_format, words):
    with pytest.raises(Failure, match=words):
        encoded(body, body_format, read)


def test_numbers_are_written_as_text_wherever_a_form_has_text():
    assert parts({1: "one", "two": {"content": 2, "filename": 3, "mime_type": "a/b"}}) == [
        ("1", None, "text/plain", b"one"), ("two", "3", "a/b", b"2")]
