"""The host keys that are known: parsed once for all hosts, asked for one host at a time.

paramiko's own reader keeps every entry in a list that each lookup walks, hashing the name anew for each hashed entry;
for a thousand hosts that is a million hashes. Here plain names are a dictionary.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import hmac
import os
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class KnownKey:
    """One key of a known_hosts file: its type, the base64 text, and where it stands."""

    type: str
    text: str
    file: str
    line: int
    revoked: bool = False

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.text)


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
                self.add(line, file, number)

    def add(self, line: str, file: str, number: int) -> None:
        """Take in one line; comments, certificate authorities and lines that make no sense are passed over, as in ssh."""
        fields = line.split()
        revoked = bool(fields) and fields[0] == "@revoked"
        if revoked:
            fields = fields[1:]
        if len(fields) < 3 or fields[0].startswith(("#", "@")):
            return
        key = KnownKey(fields[1], fields[2], file, number, revoked)
        if fields[0].startswith("|1|"):
            _, _, salt, digest = fields[0].split("|")
            self.hashed.append((base64.b64decode(salt), base64.b64decode(digest), key))
            return
        names = fields[0].split(",")
        if any(letter in fields[0] for letter in "*?!"):
            self.patterns.append((names, key))
            return
        for name in names:
            self.plain.setdefault(name.lower(), []).append(key)

    def keys(self, address: str, port: int) -> list[KnownKey]:
        """Return the keys known for an address, revoked ones included."""
        name = known_name(address, port)
        found = list(self.plain.get(name, []))
        found += [key for salt, digest, key in self.hashed
                  if hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)]
        found += [key for names, key in self.patterns if matches(name, names)]
        return found

    def remember(self, address: str, port: int, type: str, data: bytes) -> None:
        """Append a key to the first file (accept-new)."""
        text = base64.b64encode(data).decode()
        path = Path(self.files[0]).expanduser()
        with self.writing:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a") as file:
                file.write(f"{known_name(address, port)} {type} {text}\n")
            self.add(f"{known_name(address, port)} {type} {text}", str(path), 0)


def known_name(address: str, port: int) -> str:
    """Return the name under which known_hosts keeps a server: `[host]:port` unless the port is 22."""
    return address.lower() if port == 22 else f"[{address.lower()}]:{port}"


def matches(name: str, patterns: list[str]) -> bool:
    """Tell whether a name matches a list of patterns, of which one with ! in front rules it out."""
    if any(fnmatch.fnmatchcase(name, each[1:].lower()) for each in patterns if each.startswith("!")):
        return False
    return any(fnmatch.fnmatchcase(name, each.lower()) for each in patterns if not each.startswith("!"))


def fingerprint(data: bytes) -> str:
    """Return a key's fingerprint as ssh prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
