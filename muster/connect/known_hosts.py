"""The host keys that are known: parsed once for all hosts, asked for one host at a time.

paramiko's own reader keeps every entry in a list that each lookup walks, hashing the name anew for each hashed entry;
for a thousand hosts that is a million hashes. Here plain names are a dictionary.
"""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
import threading
from pathlib import Path
from typing import NamedTuple


class KnownKey(NamedTuple):
    """One key of a known_hosts file: its type, the key itself, and where it stands."""

    type: str
    data: bytes
    file: str
    line: int
    revoked: bool = False


class KnownHosts:
    """The entries of several known_hosts files; the first file is the one that new keys are added to."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self.files = files
        self.writing = threading.Lock()
        self.plain: dict[str, list[KnownKey]] = {}
        self.hashed: list[tuple[bytes, bytes, KnownKey]] = []
        self.patterns: list[tuple[list[str], KnownKey]] = []
        for file in files:
            try:
                lines = Path(file).expanduser().read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue  # ssh, too, goes on without a file that is not there: then nothing is known.
            for number, line in enumerate(lines, 1):
                try:
                    self.add(line, file, number)
                except (binascii.Error, ValueError):
                    continue  # A line that makes no sense is passed over, as in ssh.

    def add(self, line: str, file: str, number: int) -> None:
        """Take in one line. Certificate authorities are passed over: paramiko knows no certificates of hosts."""
        fields = line.split()
        revoked = bool(fields) and fields[0] == "@revoked"
        if revoked:
            fields = fields[1:]
        if len(fields) < 3 or fields[0].startswith(("#", "@")):
            return
        key = KnownKey(fields[1], base64.b64decode(fields[2], validate=True), file, number, revoked)
        if fields[0].startswith("|1|"):
            _, _, salt, digest = fields[0].split("|")
            self.hashed.append((base64.b64decode(salt), base64.b64decode(digest), key))
            return
        names = fields[0].lower().split(",")
        if any(letter in fields[0] for letter in "*?!"):
            self.patterns.append((names, key))
            return
        for name in names:
            self.plain.setdefault(name, []).append(key)

    def keys(self, name: str) -> list[KnownKey]:
        """Return the keys known under a name (see `known_name`), revoked ones included."""
        found = list(self.plain.get(name, []))
        found += [key for salt, digest, key in self.hashed
                  if hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)]
        found += [key for names, key in self.patterns if matches(name, names)]
        return found

    def remember(self, name: str, type: str, data: bytes) -> None:
        """Append a key to the first file (accept-new), unless another thread did so just now; raises OSError."""
        path = Path(self.files[0]).expanduser()
        line = f"{name} {type} {base64.b64encode(data).decode()}"
        with self.writing:
            if any(key.data == data for key in self.keys(name)):
                return
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "rb+", buffering=0) as file:
                # The last line of a file that someone has edited may have no end.
                size = os.fstat(descriptor).st_size
                torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                file.write(("\n" * torn + line + "\n").encode())
            self.add(line, self.files[0], 0)


def known_name(address: str, port: int, alias: str = "") -> str:
    """Return the name under which a server is known: its HostKeyAlias, or `[host]:port` unless the port is 22."""
    if alias:
        return alias.lower()
    return address.lower() if port == 22 else f"[{address.lower()}]:{port}"


def matches(name: str, patterns: list[str]) -> bool:
    """Tell whether a name matches a list of patterns, of which one with ! in front rules it out.

    Only * and ? are patterns to ssh; a [ is one letter of `[host]:port`.
    """
    positive = [each for each in patterns if not each.startswith("!")]
    negative = [each[1:] for each in patterns if each.startswith("!")]

    def match(pattern: str) -> bool:
        return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))

    return any(map(match, positive)) and not any(map(match, negative))


def fingerprint(data: bytes) -> str:
    """Return a key's fingerprint as ssh prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
