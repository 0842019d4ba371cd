"""OpenPGP keys: out of their ASCII armor, and by which fingerprints they are known."""

import base64
import hashlib
import re

from muster.target.task import Failure
from muster.target.web import Web

PUBLIC_KEYS = {6: "primary", 14: "sub"}  # Tags of packets, RFC 4880 section 4.3.
WEB = re.compile(r"(https?|ftp|file)://")


def downloaded(url, validate_certs=True):
    """Return the bytes at a URL; raise Failure when they cannot be had."""
    with Web(validate_certs=validate_certs).get(url) as answer:
        return answer.read()


def dearmored(data):
    """Return the binary form of keys; what is not in ASCII armor is returned as it is.

    Raises Failure for armor that is broken.
    """
    if b"-----BEGIN PGP PUBLIC KEY BLOCK-----" not in data:
        return data
    found = b""
    for block in re.findall(b"-----BEGIN PGP PUBLIC KEY BLOCK-----(.*?)-----END PGP", data, re.S):
        lines = [line.strip() for line in block.splitlines()]
        start = lines.index(b"", 1) + 1 if b"" in lines[1:] else 1
        body = b"".join(line for line in lines[start:] if line and not line.startswith(b"="))  # "=" is the checksum.
        try:
            found += base64.b64decode(body)
        except ValueError:
            raise Failure("the key is broken: its ASCII armor holds what is no base64")
    return found


def armored(data):
    """Return keys in ASCII armor, RFC 4880 section 6.2; its checksum may be left out."""
    title = b"-----%s PGP PUBLIC KEY BLOCK-----\n"
    return data if b"-----BEGIN PGP" in data else title % b"BEGIN" + b"\n" + base64.encodebytes(data) + title % b"END"


def packets(data):
    """Yield (tag, body) of each packet of OpenPGP data, RFC 4880 section 4.2; raise Failure where there is none."""
    for tag, body, _, _ in located(data):
        yield tag, body


def located(data):
    """Yield (tag, body, start, end) of each packet: the last two are where it is in the data, its header included."""
    place = 0
    while place < len(data):
        start, first = place, data[place]
        if not first & 0x80:
            raise Failure("this is no OpenPGP key")
        place += 1
        if first & 0x40:
            tag = first & 0x3f
            size, place = new_length(data, place)
        else:
            width = 1 << (first & 3)
            tag, size = first >> 2 & 0x0f, int.from_bytes(data[place:place + width], "big")
            place += width
        yield tag, data[place:place + size], start, place + size
        place += size


def apart(data):
    """Return [(fingerprint of the primary key, the key in binary), ...] for all keys in this data, armored or not.

    A key is its primary packet and all that follow up to the next: names, signatures, subkeys (RFC 4880 section 11.1).
    """
    data = dearmored(data)
    starts = [start for tag, _, start, _ in located(data) if tag == 6]
    pieces = [data[start:end] for start, end in zip(starts, starts[1:] + [len(data)])]
    return [(fingerprints(piece)[0][0], piece) for piece in pieces]


def new_length(data, place):
    """Return (length, place after it) of a packet in the new format."""
    piece = data[place:place + 6] + b"\0" * 6
    if piece[0] < 192:
        return piece[0], place + 1
    if piece[0] < 224:
        return (piece[0] - 192 << 8) + piece[1] + 192, place + 2
    return int.from_bytes(piece[1:5], "big"), place + 5


def fingerprints(data):
    """Return [(fingerprint, "primary" or "sub"), ...], in capitals, of all keys in this data, armored or not.

    Of version 4 it is the SHA-1 of the packet (RFC 4880 section 12.2), of version 6 its SHA-256 (RFC 9580 section
    5.5.4). Raises Failure where there is no key.
    """
    found = []
    for tag, body in packets(dearmored(data)):
        if tag in PUBLIC_KEYS and body[:1] == b"\x04":
            told = hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body).hexdigest()
        elif tag in PUBLIC_KEYS and body[:1] == b"\x06":
            told = hashlib.sha256(b"\x9b" + len(body).to_bytes(4, "big") + body).hexdigest()
        else:
            continue
        found.append((told.upper(), PUBLIC_KEYS[tag]))
    if not found:
        raise Failure("there is no public key in it")
    return found


def plain(identity):
    """Return an id or fingerprint as it is compared: capitals, without blanks and 0x; raise Failure for another text.

    >>> plain("0xdead beef")
    'DEADBEEF'
    """
    text = re.sub(r"\s", "", identity).upper()
    text = text[2:] if text.startswith("0X") else text
    if not re.match(r"[0-9A-F]{8,64}$", text):
        raise Failure("a key is named by 8 to 40 hexadecimal digits, not %r" % identity)
    return text


def is_same(one, other):
    """Tell whether two of id, long id and fingerprint are of one key: ids are the ends of fingerprints."""
    return one.endswith(other) or other.endswith(one)
