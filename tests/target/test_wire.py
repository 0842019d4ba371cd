import io
import struct

import pytest

from muster.target.wire import decode, encode


def reader(data):
    """Return a read function over data."""
    return io.BytesIO(data).read


FRAMES = [
    ({}, b""),
    ({"call": 1, "args": {"name": "x", "list": [1, None, True, 1.5]}}, b""),
    ({"call": 2}, b"\x00\xff raw bytes \n"),
    ({"text": "Grüße ☃ \U0001f600"}, b""),
    ({"stdout": b"not \xff UTF-8".decode("utf-8", "surrogateescape")}, b""),
    ({"line": 'quotes " and \\ and \n'}, b"x" * 100000),
]


@pytest.mark.parametrize(("head", "body"), FRAMES)
def test_a_frame_arrives_as_it_was_sent(head, body):
    assert decode(reader(encode(head, body))) == (head, body)


def test_frames_follow_each_other():
    read = reader(b"".join(encode(head, body) for head, body in FRAMES))
    assert [decode(read) for _ in FRAMES] == FRAMES
    assert decode(read) is None


@pytest.mark.parametrize("length", range(len(encode({"a": 1}, b"body"))))
def test_a_frame_that_breaks_off_is_the_end(length):
    assert decode(reader(encode({"a": 1}, b"body")[:length])) is None


def test_contents_are_no_part_of_the_json():
    head, body = {"a": 1}, b"\x00\x01"
    assert encode(head, body) == struct.pack(">II", 7, 2) + b'{"a":1}' + body
