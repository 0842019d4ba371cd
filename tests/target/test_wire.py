import io
import json
import struct
import sys
import types

import pytest

from muster.target import wire
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


DATA = [
    None, True, 0, -1, 10**30, 1.5, -0.0, 1e300, float("inf"), "", 'quotes " and \\ and \x00\x7f\n', "☃ \U0001f600",
    "\ud800\udcff", [], {}, [[], {}, ""], {"a": {"b": [1, (2, 3)]}, "": None}, {1: "number", None: "none"},
]


@pytest.mark.parametrize("data", DATA)
def test_data_is_written_and_read_as_json_does(data):
    text = json.dumps(data, separators=(",", ":"))
    assert wire.dumps(data) == text
    assert wire.loads(text) == json.loads(text)
    assert wire.loads(json.dumps(data, indent=1)) == json.loads(text)


@pytest.mark.parametrize(("data", "error"), [({1, 2}, TypeError), (b"bytes", TypeError), ({(1,): 2}, TypeError)])
def test_what_is_no_plain_data_is_refused(data, error):
    with pytest.raises(error):
        wire.dumps({"a": [data]})


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="Circular"):
        wire.dumps(endless)


@pytest.mark.parametrize("text", ["", "nonsense", "{", '{"a"', "[1,", '"a', '{"a":1}x', "1 2"])
def test_what_is_no_json_is_an_error(text):
    with pytest.raises(ValueError):
        wire.loads(text)


@pytest.mark.parametrize("c_half", [None, {}, {"make_scanner": lambda syntax: None, "make_encoder": lambda *given: None,
                                               "encode_basestring_ascii": None}])
def test_where_the_c_half_is_another_json_itself_is_used(monkeypatch, c_half):
    made = None if c_half is None else types.SimpleNamespace(**c_half)
    monkeypatch.setitem(sys.modules, "_json", made)
    dumps, loads = wire.notation()
    assert loads is json.loads and dumps({"a": [1]}) == '{"a":[1]}'
