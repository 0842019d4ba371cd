"""Keys of ssh servers that are known to be theirs."""

import base64
import binascii
import os

from muster.target.files import new_hash, write
from muster.target.task import Choice, Failure, Path, task
from muster.target.text import end_line, read_text, split_lines


@task(aliases={"host": "name"})
def known_hosts(
    name: str, key: str = None, state: Choice("present", "absent") = "present", path: Path = "~/.ssh/known_hosts",
    hash_host: bool = False,
):
    """Ensure that the keys of an ssh server are known, or that they are no more.

    name: the server as it is called at login; [name]:2222 where its port is not 22
    key: a line of a file of known hosts, name and all, or several; without it all keys of the server are taken out
    state: whether the keys should be known; another key of the same kind is then forgotten
    path: the file
    hash_host: have the name hashed, so that the file does not tell which servers are known

    Example:
        - name: Know the server that the code comes from
          known_hosts:
            name: git.example.org
            key: git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICCfDXvr734p1/mlr0j7zvNE8/VmBGU7UBQX2Zv7wxj8

    Returns:
        name: the server
        key: the line, or lines, that were asked for
        path: the file
        hash_host: as it was asked for
        state: present or absent
    """
    name = name.lower()
    wanted = [entry for entry in map(Entry, (key or "").splitlines()) if entry.kind]
    if state == "present" and not wanted:
        raise Failure("known_hosts needs the key of %s, as a line of a file of known hosts" % name)
    for entry in wanted:
        entry.check(name)
    lines = split_lines(read_text(path) or "")
    if state == "present":
        for entry in wanted:
            put(lines, name, entry, hash_host)
    else:
        kinds = {entry.kind for entry in wanted}
        lines = [line for line in lines if not Entry(line).concerns(name, kinds)]
    after = "".join(lines)
    if state == "present" or os.path.exists(path):
        yield from write(path, after)
    return {"name": name, "key": key, "path": path, "hash_host": hash_host, "state": state}


class Entry:
    """A line of a file of known hosts.

    marker: @revoked, @cert-authority, or none
    hosts: names, or one that is hashed
    kind: of the key, as ssh-ed25519; empty for a comment, ? for what is no such line
    key: in base64
    """

    def __init__(self, line):
        words = line.split()
        self.line = line.strip()
        self.marker = words.pop(0) if words and words[0].startswith("@") else ""
        good = len(words) >= 3 and not words[0].startswith("#")
        self.hosts, self.kind, self.key = words[:3] if good else ("", "", "")
        if self.line and not good and not self.line.startswith("#"):
            self.kind, self.key = "?", ""

    def check(self, name):
        """Raise Failure unless this is a whole line, for this server."""
        try:
            data = base64.b64decode(self.key.encode("ascii"), validate=True)
        except (binascii.Error, UnicodeError):
            data = b""
        length = int.from_bytes(data[:4], "big")
        if not data or data[4:4 + length] != self.kind.encode("utf-8"):
            raise Failure("%r is no line of a file of known hosts: NAME KIND KEY, as ssh-keyscan prints it" % self.line)
        if not self.names(name):
            raise Failure("the key is said to be that of %s, not of %s" % (self.hosts, name))

    def names(self, name):
        """Tell whether this line calls a server by its name; a pattern that fits it is for others, too."""
        if self.hosts.startswith("|1|"):
            try:
                return self.hosts == hashed(name, base64.b64decode(self.hosts.split("|")[2]))
            except binascii.Error:
                return False  # It is nobody's, since no name makes it.
        return name in self.hosts.lower().split(",")

    def concerns(self, name, kinds=(), marker=""):
        """Tell whether this is a key of the server, of one of these kinds or of any."""
        return self.kind not in ("", "?") and self.marker == marker and self.names(name) and (
            not kinds or self.kind in kinds)

    def serves(self, wanted, hash_host):
        """Tell whether this line, which names the server, says all that is wanted."""
        if self.key != wanted.key or hash_host or wanted.hosts.startswith("|"):
            return self.key == wanted.key and self.hosts.startswith("|")
        return set(wanted.hosts.lower().split(",")) <= set(self.hosts.lower().split(","))


def put(lines, name, wanted, hash_host):
    """Have a key in these lines, and no other key of that kind for the server."""
    own = [line for line in lines if Entry(line).concerns(name, {wanted.kind}, wanted.marker)]
    good = [line for line in own if Entry(line).serves(wanted, hash_host)]
    lines[:] = [line for line in lines if line not in own or line in good]
    if good:
        return
    end_line(lines)
    text = wanted.line
    if hash_host and not wanted.hosts.startswith("|"):
        text = text.replace(wanted.hosts, hashed(name, salt_for(name, wanted.key)), 1)
    lines.append(text + "\n")


def salt_for(name, key):
    """Return twenty bytes that nobody guesses without the key; chance would make check mode foretell another line."""
    digest = new_hash("sha1", 0)
    digest.update((name + key).encode("utf-8"))
    return digest.digest()


def hashed(name, salt):
    """Return a server's name as `ssh-keygen -H` writes it: "|1|SALT|HMAC", in base64; the HMAC is that of SHA-1."""
    padded = salt.ljust(64, b"\0")
    inner, outer = new_hash("sha1", 0), new_hash("sha1", 0)
    inner.update(bytes(byte ^ 0x36 for byte in padded) + name.encode("utf-8"))
    outer.update(bytes(byte ^ 0x5C for byte in padded) + inner.digest())
    return "|1|%s|%s" % tuple(base64.b64encode(part).decode("ascii") for part in (salt, outer.digest()))
