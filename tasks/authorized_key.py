"""Public keys that may log in as a user."""

import os
import pwd
import re

from muster.target.accounts import not_led_away
from muster.target.files import attributes, make_directory, read, write
from muster.target.task import Choice, Failure, Path, context, task, warn
from muster.target.text import split_lines
from muster.target.web import Web

KINDS = (
    "ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-rsa-cert-v01@openssh.com",
    "ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp521-cert-v01@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
)


@task
def authorized_key(
    user: str,
    key: str,
    state: Choice("present", "absent") = "present",
    exclusive: bool = False,
    path: Path = None,
    manage_dir: bool = True,
    key_options: str = None,
    comment: str = None,
    follow: bool = False,
    validate_certs: bool = True,
):
    """Ensure SSH keys may log in as a user, or may not.

    user: whose keys
    key: one key a line, as in authorized_keys, or the URL of such a text; file:// is a file of the host
    state: absent takes the keys away
    exclusive: with present, take all other keys away; name all keys in one task, not in a loop
    path: the file, ~/.ssh/authorized_keys of the user by default
    manage_dir: see to the owner and the mode of the directory; one that is missing is made in any case
    key_options: options before each key, such as no-pty,command="/bin/date"
    comment: comment of each key, instead of its own
    follow: change the file a symbolic link points to, instead of replacing the link
    validate_certs: check the certificate of a URL

    Example:
      - authorized_key:
          user: deploy
          key: "{{ lookup('file', 'deploy.pub') }}"
          key_options: no-agent-forwarding

    Returns:
      user, key, state, exclusive, key_options, comment, manage_dir, follow, validate_certs: as they were given
      keyfile: the file; likewise path
    """
    result = {"user": user, "key": key, "state": state, "exclusive": exclusive, "key_options": key_options,
              "comment": comment, "manage_dir": manage_dir, "follow": follow, "validate_certs": validate_certs}
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        if not context.check:
            raise Failure("there is no user %s on this host; make it first with the task type user" % user)
        warn("there is no user %s on this host yet" % user)
        return dict(result, changed=state == "present")
    path = path or os.path.join(entry.pw_dir, ".ssh", "authorized_keys")
    for each in (os.path.dirname(path), path):
        not_led_away(each, entry)
    wanted = [adorned(each, key_options, comment) for each in parse_all(fetched(key, validate_certs))]
    before = (read(path) or b"").decode("utf-8", "surrogateescape")
    after = edited(before, wanted, state, exclusive)
    directory = os.path.dirname(path)
    if manage_dir and state == "present":
        yield from make_directory(directory, entry.pw_uid, entry.pw_gid, 0o700)
        yield from attributes(directory, entry.pw_uid, entry.pw_gid, 0o700)
    elif state == "present":
        yield from make_directory(directory)
    if after != before or (state == "present" and os.path.exists(path)):
        # sshd reads the file as the user, and only if nobody else may write it (StrictModes).
        yield from write(path, after, entry.pw_uid, entry.pw_gid, 0o600, follow=follow)
    return dict(result, path=path, keyfile=path)


class Key:
    """A line of authorized_keys: options (text), kind, blob (base64), comment."""

    def __init__(self, options, kind, blob, comment):
        self.options = options
        self.kind = kind
        self.blob = blob
        self.comment = comment

    def line(self):
        return " ".join(part for part in (self.options, self.kind, self.blob, self.comment) if part)


def fetched(key, validate_certs):
    """Return the text of the keys; a URL is fetched."""
    if not key.startswith(("http://", "https://", "ftp://", "file://")):
        return key
    with Web(validate_certs=validate_certs).get(key) as answer:
        return answer.read().decode("utf-8", "surrogateescape")


def parse_all(text):
    """Return the `Key` of each line that is not empty or a comment; raise Failure for a line that is no key."""
    keys = []
    for line in split_lines(text):
        if line.strip() and not line.lstrip().startswith("#"):
            found = parse(line)
            if found is None:
                raise Failure("this is no public key: %s; a line is a kind such as ssh-ed25519, the key in base64, and "
                              "a comment" % line.strip()[:60])
            keys.append(found)
    return keys


def parse(line):
    """Return the `Key` of a line, or None when it is none.

    >>> parse('from="10.0.0.*,a b" ssh-ed25519 AAAA me').options
    'from="10.0.0.*,a b"'
    """
    words = split_outside_quotes(line.strip())
    for place in (0, 1):
        if len(words) > place + 1 and words[place] in KINDS:
            blob = words[place + 1]
            if not re.match(r"AAAA[A-Za-z0-9+/]*={0,3}$", blob):
                return None
            return Key(words[0] if place else "", words[place], blob, " ".join(words[place + 2:]))
    return None


def split_outside_quotes(text):
    """Split at blanks that are not between double quotes; a backslash takes a quote its meaning."""
    return re.findall(r'(?:"(?:\\.|[^"\\])*"|[^\s"])+', text)


def adorned(key, options, comment):
    """Return the key with the options and the comment of the task."""
    return Key(key.options if options is None else options, key.kind, key.blob,
               key.comment if comment is None else comment)


def edited(text, wanted, state, exclusive):
    """Return the text of the file with the keys in it, or without them. Other lines stay where they are.

    A key that is there with other options or another comment is replaced in its place.
    """
    left = {key.blob: key for key in wanted}
    lines = []
    for line in split_lines(text):
        line = line.rstrip("\n")
        found = parse(line) if line.strip() and not line.lstrip().startswith("#") else None
        if found is None:
            lines.append(line)
        elif found.blob in left:
            key = left[found.blob]
            if state == "present" and key is not None:
                lines.append(line if same(found, key) else key.line())
            if state == "present":
                left[found.blob] = None  # A second line with the same key goes.
        elif not (exclusive and state == "present"):
            lines.append(line)
    if state == "present":
        lines += [key.line() for key in left.values() if key is not None]
    return "".join(line + "\n" for line in lines)


def same(one, other):
    return (one.options, one.kind, one.comment) == (other.options, other.kind, other.comment)
