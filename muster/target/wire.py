"""Frames: two lengths, a JSON head, a raw body. Both ends of the wire use this file.

    4 bytes   length of the head        big endian
    4 bytes   length of the body
    head      a JSON object
    body      bytes as they are: contents of files never become JSON strings
"""

import json
import struct

LENGTHS = struct.Struct(">II")
CHUNK = 1 << 17


def encode(head, body=b""):
    """Return the bytes of one frame. Text with bytes that were not UTF-8 (surrogates) survives, as JSON escapes."""
    text = json.dumps(head, separators=(",", ":")).encode("ascii")
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
    return json.loads(head.decode("ascii")), body
