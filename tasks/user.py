"""User accounts."""

import grp
import os
import pwd

from muster.target import accounts, selinux
from muster.target.files import everything_at, is_id, make_directory
from muster.target.home import copies, make_home
from muster.target.shadow import day, look_for_plain_text, set_ageing, set_password
from muster.target.ssh_key import SshKey
from muster.target.system import run
from muster.target.task import Choice, Failure, Path, Secret, context, task, warn


@task(
    aliases={"user": "name", "createhome": "create_home"},
    obsolete=("login_class", "hidden", "role", "profile", "authorization"),
)
def user(
    name: str,
    state: Choice("present", "absent") = "present",
    uid: int = None,
    uid_min: int = None,
    uid_max: int = None,
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
    seuser: str = None,
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
    uid_min: lowest id that the system may choose, instead of UID_MIN in /etc/login.defs
    uid_max: highest id that it may choose
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
    force: with absent, remove even a user who is logged in; with generate_ssh_key, replace the pair there is
    local: look at /etc/passwd only, where users also come from a directory, and use libuser's programs if it is there
    seuser: SELinux user that a login becomes, where SELinux is on
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
    limits = accounts.settings(local, UID_MIN=uid_min, UID_MAX=uid_max, UMASK=umask if create_home else None)
    look_for_plain_text(name, password)
    entry, libuser = accounts.find(name, local), accounts.has_libuser(local)
    if state == "absent":
        if entry:
            yield removal(entry, remove, force, libuser)
        return {"name": name, "state": "absent", "remove": remove, "force": force}
    # usermod moves only a home that is there, to where nothing is.
    moves = bool(entry and move_home and home and os.path.exists(entry.pw_dir) and not os.path.exists(home))
    wanted = {"-u": uid, "-g": group_id(group), "-c": comment, "-d": home, "-s": shell,
              "-Z": seuser if selinux.enabled() and not libuser else None}
    if entry is None:
        if create_home and home and home != "/nonexistent":
            yield from make_directory(os.path.dirname(home.rstrip("/")) or "/", mode=0o755)
        kind = ["-r"] * system + ["-o"] * (non_unique and not libuser) + limits
        yield creation(name, wanted, groups, house(create_home, skeleton, libuser) + kind, libuser, skeleton)
    else:
        yield from alteration(entry, wanted, groups, append, moves, non_unique, libuser)
    if libuser and groups is not None:
        yield from membership(name, entry, wanted["-g"], groups, append)
    yield from set_password(name, password if entry is None or update_password == "always" else None, password_lock)
    yield from set_ageing(name, {"-M": password_expire_max, "-m": password_expire_min, "-W": password_expire_warn,
                                "-I": password_expire_account_disable,
                                "-E": None if expires is None else day(expires)})
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
        yield from key.ensure(anew=force)
        result.update(key.told())
    return result


def removal(entry, remove, force, libuser):
    """Return the change that removes a user; userdel ends with 12 where there was no mail to remove."""
    words = ["luserdel"] if libuser else ["userdel"] + ["-f"] * force
    return run(*(words + ["-r"] * remove + [entry.pw_name]), rc=(0, 12),
               paths=lambda: accounts.files_of(entry.pw_name) + (everything_at(entry.pw_dir) if remove else []))


def group_id(group):
    """Return a group's id as text, for a name or an id; raise Failure where there is none (check mode warns)."""
    if group is None:
        return None
    try:
        return str(grp.getgrnam(group).gr_gid)
    except KeyError:
        pass
    if is_id(group):
        return group
    missing_group(group)
    return group


def missing_group(group):
    if not context.check:
        raise Failure("there is no group %s on this host; make it first with the task type group" % group)
    warn("there is no group %s on this host yet" % group)


def house(create_home, skeleton, libuser):
    """Return the words of useradd for the home directory, which luseradd makes unless told not to."""
    if not create_home:
        return ["-M"]
    return ["-m"] * (not libuser) + (["-k", skeleton] if skeleton else [])


def creation(name, wanted, groups, more, libuser, skeleton):
    """Return the change that makes a new user.

    more: words about the home and the id
    """
    words = [word for option, value in wanted.items() if value is not None for word in (option, str(value))]
    if wanted["-g"] is None and accounts.group_exists(name):
        # Else a group of the user's name would be made, which fails because there is one.
        words += ["-n" if libuser else "-N"] + (["-g", name] if libuser else [])
    if groups and not libuser:
        words += ["-G", ",".join(known_groups(groups))]
    home = [] if "-M" in more else copies(wanted["-d"] or "/home/" + name, skeleton)
    return run("luseradd" if libuser else "useradd", *(words + more + [name]), paths=accounts.files_of(name) + home)


def known_groups(groups):
    """Return names of groups; raise Failure for one that is not there."""
    for each in groups:
        if not accounts.group_exists(each):
            missing_group(each)
    return groups


def alteration(entry, wanted, groups, append, moves, non_unique, libuser):
    """Yield the change that makes an existing user as wanted; none if it is."""
    have = {"-u": str(entry.pw_uid), "-g": str(entry.pw_gid), "-c": entry.pw_gecos, "-d": entry.pw_dir,
            "-s": entry.pw_shell}
    if wanted["-Z"] is not None:
        have["-Z"] = selinux.user_of(entry.pw_name)
    words = []
    for option, value in wanted.items():
        if value is not None and str(value) != have[option]:
            words += [option, str(value)]
            words += ["-m"] * (option == "-d" and moves) + ["-o"] * (option == "-u" and non_unique and not libuser)
    if groups is not None and not libuser:
        present, names = further_groups(entry, wanted["-g"], groups, append)
        if names != present:
            words += ["-a", "-G", ",".join(sorted(names - present))] if append else ["-G", ",".join(sorted(names))]
    if words:
        yield run("lusermod" if libuser else "usermod", *(words + [entry.pw_name]), paths=lambda: accounts.FILES + (
            everything_at(entry.pw_dir) + moved(entry.pw_dir, wanted["-d"]) if moves else []))


def moved(old, new):
    """Return the paths that there will be once a home was moved."""
    return [new + path[len(old):] for path in everything_at(old)]


def further_groups(entry, primary, groups, append):
    """Return the groups that a user is in beside the primary one, and those that are wanted, as sets of names."""
    present = accounts.groups_of(entry) if entry else set()
    names = accounts.names(known_groups(groups)) - {accounts.group_name(primary or (entry.pw_gid if entry else ""))}
    return present, present | names if append else names


def membership(name, entry, primary, groups, append):
    """Yield the changes that put a user into groups and take the user out of others, one by one as libuser does."""
    present, names = further_groups(entry, primary, groups, append)
    for option, some in (("-M", names - present), ("-m", present - names)):
        for each in sorted(some):
            yield run("lgroupmod", option, name, each, paths=accounts.FILES)


def foretold(name, uid, home, shell, comment):
    """Return the entry that a user who is not there yet would have, as far as it can be known."""
    return pwd.struct_passwd((name, "x", uid, None, comment or "", home or "/home/" + name, shell or ""))
