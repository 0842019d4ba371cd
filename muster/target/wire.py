"""Frames: two lengths, a JSON head, a raw body. Both ends of the wire use this file.

    4 bytes   length of the head        big endian
    4 bytes   length of the body
    head      a JSON object
    body      bytes as they are: contents of files never become JSON strings
"""

import struct

LENGTHS = struct.Struct(">II")
CHUNK = 1 << 17


class Syntax:
    """What the C scanner reads of a decoder: JSON as it is usual, with NaN and the infinities."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int = float, int
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": -float("inf")}.__getitem__


def notation():
    """Return two functions: from plain data to JSON, and back.

    They are made of the C half of the module json. Its other half, with all its regular expressions, takes two
    milliseconds to load, a twentieth of what a host does in a run that changes nothing. Where the C half is not as
    expected, it is json itself.
    """
    try:
        import _json

        scan = _json.make_scanner(Syntax)

        def dumps(data):
            # The first argument finds out about lists that hold themselves; threads must not share it.
            write = _json.make_encoder({}, refuse, _json.encode_basestring_ascii, None, ":", ",", False, False, True)
            return "".join(write(data, 0))

        def loads(text):
            try:
                value, end = scan(text, 0)
            except StopIteration:
                end = -1
            if end != len(text):
                raise ValueError("this is no JSON: %.60s" % text)
            return value

        if loads(dumps([{"a": [1, -2.5, True, None, "\u20ac\n"]}])) == [{"a": [1, -2.5, True, None, "\u20ac\n"]}]:
            return dumps, loads
    except (ImportError, AttributeError, TypeError):
        pass
    import json

    return lambda data: json.dumps(data, separators=(",", ":")), json.loads


def refuse(value):
    raise TypeError("what is of the type %s cannot be sent" % type(value).__name__)


dumps, loads = notation()


def encode(head, body=b""):
    """Return the bytes of one frame. Text with bytes that were not UTF-8 (surrogates) survives, as JSON escapes."""
    text = dumps(head).encode("ascii")
    return LENGTHS.pack(len(text), len(body)) + text + body


def decode(read):
    """Return (head, body) of the next frame, or None at the end.

    read: function (count) that returns exactly that many bytes, or fewer at the end
    """
    lengths = read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head_length, body_length = LENGTHS.unpack(lengths)
    head, body = read(head_length), read(body_length) if body_length else b""
    if len(head) < head_length or len(body) < body_length:
        return None
    return loads(head.decode("ascii")), body
