"""User accounts."""

import grp
import os
import pwd
import re
import time

from muster.target import accounts
from muster.target.system import Outcome, capture, run
from muster.target.task import Change, Choice, Failure, Path, Secret, context, task, warn


@task(
    aliases={"user": "name", "createhome": "create_home"},
    obsolete=("seuser", "login_class", "hidden", "role", "profile", "authorization"),
)
def user(
    name: str,
    state: Choice("present", "absent") = "present",
    uid: int = None,
    non_unique: bool = False,
    group: str = None,
    groups: [str] = None,
    append: bool = False,
    comment: str = None,
    home: Path = None,
    create_home: bool = True,
    move_home: bool = False,
    skeleton: Path = None,
    umask: str = None,
    shell: str = None,
    system: bool = False,
    password: Secret = None,
    update_password: Choice("always", "on_create") = "always",
    password_lock: bool = None,
    password_expire_max: int = None,
    password_expire_min: int = None,
    password_expire_warn: int = None,
    password_expire_account_disable: int = None,
    expires: float = None,
    remove: bool = False,
    force: bool = False,
    local: bool = False,
    generate_ssh_key: bool = False,
    ssh_key_bits: int = None,
    ssh_key_type: str = "rsa",
    ssh_key_file: Path = None,
    ssh_key_comment: str = None,
    ssh_key_passphrase: Secret = None,
):
    """Ensure a user exists as described, or does not exist.

    name: login name
    state: whether the user should exist
    uid: numeric id; left to the system when unset
    non_unique: permit an id that another user has
    group: primary group, by name or id
    groups: further groups; all of them unless append, so an empty list leaves every group
    append: keep the groups the user is in already
    comment: full name
    home: home directory
    create_home: create the home directory if it is not there
    move_home: when home is another than before, take its content along
    skeleton: directory that a new home is a copy of
    umask: umask that a new home is made with
    shell: login shell
    system: take the id of a new user from the system's range
    password: hash, as it stands in /etc/shadow; `!` or `*` for none
    update_password: on_create leaves the password of an existing user alone
    password_lock: whether login with the password is barred
    password_expire_max: days after which the password must be changed
    password_expire_min: days before which it may not be
    password_expire_warn: days of warning before it expires
    password_expire_account_disable: days after it has expired until the account is disabled; -1 for never
    expires: when the account expires, in seconds since 1970; negative for never
    remove: with absent, remove home and mail too
    force: with absent, remove even a user who is logged in
    local: look at /etc/passwd only, where users also come from a directory
    generate_ssh_key: make an SSH key pair if there is none
    ssh_key_bits: its size
    ssh_key_type: rsa, ed25519, ecdsa
    ssh_key_file: its file, relative to the home directory; .ssh/id_TYPE by default
    ssh_key_comment: its comment; user@host by default
    ssh_key_passphrase: its passphrase; none by default

    Example:
      - user:
          name: deploy
          groups: [adm, www-data]
          append: true
          shell: /bin/bash

    Returns:
      name, state, uid, group, home, shell, comment: as they are now; group is the id of the primary group
      groups: the further groups that were asked for, with commas
      ssh_key_file, ssh_public_key, ssh_fingerprint: of the key pair that generate_ssh_key asks for
    """
    if non_unique and uid is None:
        raise Failure("non_unique needs a uid")
    look_for_plain_text(name, password)
    entry = accounts.find(name, local)
    # usermod moves only a home that is there, to where nothing is.
    moves = bool(entry and move_home and home and os.path.exists(entry.pw_dir) and not os.path.exists(home))
    if state == "absent":
        if entry:
            yield run("userdel", *(["-f"] * force + ["-r"] * remove + [name]), rc=(0, 12))
        return {"name": name, "state": "absent", "remove": remove, "force": force}
    wanted = {"-u": uid, "-g": group_id(group), "-c": comment, "-d": home, "-s": shell}
    if entry is None:
        made = list(creation(wanted, name, groups, create_home, skeleton, umask, system, non_unique, expires))
        yield run("useradd", *made)
    else:
        options = list(alterations(entry, wanted, groups, append, moves, non_unique, expires))
        if options:
            yield run("usermod", *(options + [name]))
    yield from set_password(name, password if entry is None or update_password == "always" else None, password_lock)
    yield from set_ageing(name, {"-M": password_expire_max, "-m": password_expire_min, "-W": password_expire_warn,
                                "-I": password_expire_account_disable})
    now = accounts.find(name, local) or foretold(name, uid, home, shell, comment)
    if entry is not None and create_home and not moves:
        yield from make_home(home or now.pw_dir, now, skeleton, umask)
    result = {"name": name, "state": "present", "uid": now.pw_uid, "group": now.pw_gid, "home": now.pw_dir,
              "shell": now.pw_shell, "comment": now.pw_gecos, "append": append, "move_home": move_home,
              "create_home": create_home, "system": system, "groups": ",".join(groups or [])}
    if password is not None:
        result["password"] = "NOT_LOGGING_PASSWORD"
    if generate_ssh_key:
        key = SshKey(now, ssh_key_file, ssh_key_type, ssh_key_bits, ssh_key_comment, ssh_key_passphrase)
        yield from key.ensure()
        result.update(key.told())
    return result


def look_for_plain_text(name, password):
    """Warn of a password that is no hash: nobody could log in with it, and it would stand readable in /etc/shadow."""
    if password and password.strip("!*x") and not re.match(r"!*(\$[0-9a-zA-Z]+\$|_?[./0-9A-Za-z]{13}$)", password):
        warn("the password of %s does not look like a hash; use the filter password_hash" % name)


def group_id(group):
    """Return a group's id as text, for a name or an id; raise Failure where there is none (check mode warns)."""
    if group is None:
        return None
    try:
        return str(grp.getgrnam(group).gr_gid)
    except KeyError:
        pass
    if group.isdigit():
        return group
    missing_group(group)
    return group


def missing_group(group):
    if not context.check:
        raise Failure("there is no group %s on this host; make it first with the task type group" % group)
    warn("there is no group %s on this host yet" % group)


def creation(wanted, name, groups, create_home, skeleton, umask, system, non_unique, expires):
    """Yield the words of useradd for a new user."""
    for option, value in wanted.items():
        if value is not None:
            yield from (option, str(value))
    if wanted["-g"] is None and accounts.group_exists(name):
        yield "-N"  # useradd would make a group of the user's name, and stop because there is one.
    if groups:
        yield from ("-G", ",".join(known_groups(groups)))
    if expires is not None:
        yield from ("-e", expiry(expires))
    if create_home:
        yield "-m"
        yield from ("-k", skeleton) if skeleton else ()
        yield from ("-K", "UMASK=" + umask) if umask else ()
    else:
        yield "-M"
    yield from ["-r"] * system + ["-o"] * non_unique + [name]


def known_groups(groups):
    """Return names of groups; raise Failure for one that is not there."""
    for each in groups:
        if not accounts.group_exists(each):
            missing_group(each)
    return groups


def alterations(entry, wanted, groups, append, moves, non_unique, expires):
    """Yield the words of usermod that make an existing user as wanted; none if it is."""
    have = {"-u": str(entry.pw_uid), "-g": str(entry.pw_gid), "-c": entry.pw_gecos, "-d": entry.pw_dir,
            "-s": entry.pw_shell}
    for option, value in wanted.items():
        if value is not None and str(value) != have[option]:
            yield from (option, str(value))
            yield from ["-m"] if option == "-d" and moves else ["-o"] if option == "-u" and non_unique else []
    if groups is not None:
        present = accounts.groups_of(entry)
        names = accounts.names(known_groups(groups)) - {accounts.group_name(wanted["-g"] or entry.pw_gid)}
        if append and names - present:
            yield from ("-a", "-G", ",".join(sorted(names - present)))
        elif not append and names != present:
            yield from ("-G", ",".join(sorted(names)))
    if expires is not None and expiry(expires) != accounts.shadow(entry.pw_name).expires:
        yield from ("-e", expiry(expires))


def expiry(seconds):
    """Return days since 1970 as useradd takes them; empty text for never."""
    return "" if seconds < 0 else time.strftime("%Y-%m-%d", time.gmtime(seconds))


def set_password(name, password, lock):
    """Yield the change of the password, barred or not. Barred is a hash with an exclamation mark before it.

    It goes through a pipe, because everybody could read it on a command line.
    """
    have = accounts.shadow(name).password
    if password is None and (lock is None or have is None):
        return
    same = password is None or have is not None and have.lstrip("!") == password
    wanted = have if same else password
    if lock and not wanted.startswith("!"):
        wanted = "!" + wanted
    elif lock is False and wanted.strip("!*"):
        wanted = wanted.lstrip("!")
    if wanted != have:
        verb = "set" if not same else "bar" if lock else "permit"
        yield run("chpasswd", "-e", stdin="%s:%s\n" % (name, wanted), what="%s the password of %s" % (verb, name))


def set_ageing(name, wanted):
    """Yield the change of the days after which a password expires."""
    have = accounts.shadow(name).ageing
    options = []
    for option, value in sorted(wanted.items()):
        if value is not None and str(value) != have.get(option):
            options += [option, str(value)]
    if options:
        yield run("chage", *(options + [name]))


def foretold(name, uid, home, shell, comment):
    """Return the entry that a user who is not there yet would have, as far as it can be known."""
    return pwd.struct_passwd((name, "x", uid, None, comment or "", home or "/home/" + name, shell or ""))


def make_home(path, entry, skeleton, umask):
    """Yield the change that makes a missing home directory."""
    if os.path.exists(path) or path == "/nonexistent":
        return

    def do():
        import shutil

        source = skeleton or "/etc/skel"
        if os.path.isdir(source):
            shutil.copytree(source, path, symlinks=True)
        else:
            os.makedirs(path)
        os.chmod(path, 0o777 & ~int(umask or accounts.login_umask(), 8))
        for directory, names, files in os.walk(path):
            for each in [directory] + [os.path.join(directory, file) for file in names + files]:
                os.lchown(each, entry.pw_uid, entry.pw_gid)

    yield Change("create the home directory %s" % path, do)


class SshKey:
    """A user's own key pair."""

    def __init__(self, entry, path, kind, bits, comment, passphrase):
        self.entry = entry
        self.path = os.path.join(entry.pw_dir, path or ".ssh/id_" + kind)
        self.kind = kind
        self.bits = bits
        self.comment = comment or "%s@%s" % (entry.pw_name, os.uname().nodename)
        self.passphrase = passphrase

    def ensure(self):
        if not os.path.exists(self.path):
            words = ["ssh-keygen", "-q", "-t", self.kind, "-C", self.comment, "-f", self.path]
            words += ["-b", str(self.bits)] if self.bits else []
            yield Change("ssh-keygen -t %s -f %s" % (self.kind, self.path), lambda: self.make(words),
                         predicted=Outcome(words))

    def make(self, words):
        directory = os.path.dirname(self.path)
        if not os.path.isdir(directory):
            os.mkdir(directory, 0o700)
            os.chown(directory, self.entry.pw_uid, self.entry.pw_gid)
        if self.passphrase:
            accounts.answer(words, self.passphrase)
        else:
            capture(*(words + ["-N", ""]), check=True)
        for path in (self.path, self.path + ".pub"):
            os.chown(path, self.entry.pw_uid, self.entry.pw_gid)

    def told(self):
        """Return what the result says of the key; nothing in check mode before there is one."""
        if not os.path.exists(self.path + ".pub"):
            return {"ssh_key_file": self.path}
        with open(self.path + ".pub") as file:
            public = file.read().strip()
        return {"ssh_key_file": self.path, "ssh_public_key": public,
                "ssh_fingerprint": capture("ssh-keygen", "-l", "-f", self.path).stdout.strip()}
