"""Files of users and passwords for web servers."""

import re

from muster.target.marks import mark
from muster.target.passwords import fits, hashed
from muster.target.status import owned
from muster.target.task import Choice, Failure, Mode, Path, Secret, task, warn
from muster.target.text import absent, end_line, read_text, split_lines, write_text
from muster.target.veil import veiled

HASH = re.compile(r"^[^:\n]+:(.*)$", re.MULTILINE)


@task(
    aliases={"dest": "path", "destfile": "path", "username": "name", "crypt_scheme": "hash_scheme",
             "attr": "attributes"},
    obsolete=("unsafe_writes",),
)
def htpasswd(
    path: Path, name: str, password: Secret = None, state: Choice("present", "absent") = "present",
    hash_scheme: str = "apr_md5_crypt", create: bool = True, owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure that a file for a web server has a user with a password, or has the user no more.

    path: the file
    name: the user
    password: the password; not needed for a user who has one, and keeps it
    state: whether the user should be there
    hash_scheme: how a new password is hashed: apr_md5_crypt, bcrypt, sha256_crypt, sha512_crypt, md5_crypt, des_crypt,
        ldap_sha1 or plaintext; a password that is the right one stays as it is
    create: create a file that is missing, and its directory
    owner: user who owns the file
    group: group that owns the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label

    Example:
        - name: Let the team in
          htpasswd:
            path: /etc/nginx/team
            name: jane
            password: "{{ vault_jane }}"
            group: www-data
            mode: "0640"

    Returns:
        msg: what was done, as "jane added"
        owner: user who owns the file
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
        state: file, or absent
    """
    if not name or set(name) & set(":\n"):
        raise Failure("%r cannot be the name of a user: it is empty, or has a colon or a newline in it" % name)
    if hash_scheme == "plaintext" and "\n" in (password or ""):
        raise Failure("the password of %s has a line break in it, which a file of them cannot hold" % name)
    text = read_text(path)
    if text is None and state == "absent":
        warn("there is no file %s to take %s out of" % (path, name))
        return {"msg": "%s not present" % name, "state": "absent"}
    if text is None and not create:
        raise absent(path, "; use create: yes to have it made")
    lines = split_lines(text or "")
    msg = edit(lines, name, password, hash_scheme) if state == "present" else take(lines, name)
    looks = {"owner": owner, "group": group, "mode": mode}
    # A hash could be tried on, and its salt cannot be foretold.
    yield from veiled(write_text(path, "".join(lines), **looks), HASH)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    return dict(owned(path), msg=msg)


def edit(lines, name, password, scheme):
    """Give the user the password; return what was done in words."""
    for index, line in enumerate(lines):
        if line.startswith(name + ":"):
            if password is None or fits(password, line.rstrip("\r\n").split(":")[1]):
                return "%s already present" % name
            lines[index] = "%s:%s\n" % (name, hashed(password, scheme))
            return "%s updated" % name
    if password is None:
        raise Failure("%s is a new user, who needs a password" % name)
    end_line(lines)
    lines.append("%s:%s\n" % (name, hashed(password, scheme)))
    return "%s added" % name


def take(lines, name):
    """Take the user out; return what was done in words."""
    left = [line for line in lines if not line.startswith(name + ":")]
    removed = len(left) < len(lines)
    lines[:] = left
    return "%s removed" % name if removed else "%s not present" % name
