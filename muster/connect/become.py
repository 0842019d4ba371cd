"""Becoming another user on a host: with sudo, or with su."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from muster.errors import SudoRefused

PROMPT = "muster-sudo-password:"
METHODS = ("sudo", "su")


@dataclass(frozen=True)
class Become:
    """The user to become, and the password that may be wanted; no user is the one who logged in.

    flags: more options of the program
    method: of METHODS; `exe` is the path of its program, where it is not looked for by its name
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    flags: str = ""
    method: str = "sudo"
    exe: str | None = None


def prefix(become: Become) -> str:
    """Return the shell words to put before a program and its arguments, so that the wanted user runs it.

    Either program reads a password from standard input. su takes a command only as a text for a shell, whose first
    argument is its own name; the login's shell may be one that runs nothing, so it is not that one.
    """
    user, program = shlex.quote(become.user or ""), shlex.quote(become.exe or become.method)
    if become.method == "su":
        return f"""{program} {become.flags} -s /bin/sh -c 'exec "$@"' -- {user} sh"""
    ask = f"-S -p {PROMPT}" if become.password is not None else "-n"
    return f"{program} {ask} -H {become.flags} -u {user} --"


def as_user(become: Become, line: str) -> str:
    """Return the shell line that runs another as the wanted user.

    That line has nothing to read: where no password is asked for, the one that was given would be left for it.
    """
    return f"{prefix(become)} /bin/sh -c {shlex.quote(f'exec </dev/null; {line}')}" if become.user else line


def answers(become: Become) -> bytes:
    """Return what the program is given to read.

    A password is followed by empty lines: they are what sudo reads at its next attempts if it was wrong, instead of
    waiting, or of swallowing what comes next. Three attempts are its default (passwd_tries); here is enough for more.
    su asks whether there is a password or not, once, and would wait for ever.
    """
    if become.password is None:
        return b"\n" if become.user and become.method == "su" else b""
    return become.password.encode() + b"\n" * 10


def is_self(become: Become, user: str) -> bool:
    """Tell whether becoming that user would change nothing."""
    return become.user in (None, user)


def refused(host: str, become: Become, errors: str) -> SudoRefused | None:
    """Return the error for what the program printed; None when it is not the one that complains."""
    said = next(reversed([line.strip() for line in errors.splitlines() if line.strip()]), "")
    name = become.method
    if not become.user:
        return None
    if name in said and "not found" in said:
        return SudoRefused(host, f"there is no {become.exe or name} on it", f"install {name}, or log in as root "
                           "without become")
    if "unknown user" in errors or ("su: user" in errors and "does not exist" in errors):
        return SudoRefused(host, f"there is no user {become.user} to become")
    if name == "su":
        return su_refused(host, become, errors, said)
    return sudo_refused(host, become, errors, said)


def su_refused(host: str, become: Become, errors: str, said: str) -> SudoRefused | None:
    if "su: " not in errors:
        return None
    if "Authentication failure" not in errors:
        return SudoRefused(host, f"su failed: {said}")
    if become.password is None:
        return SudoRefused(host, "su wants a password", "give it with -K, or log in as root")
    return SudoRefused(host, "su refused the password", "check the one given with -K or ansible_become_password")


def sudo_refused(host: str, become: Become, errors: str, said: str) -> SudoRefused | None:
    if not ("sudo" in errors or "assword" in errors or "sorry" in errors.lower()):
        return None
    if "a password is required" in errors and become.password is None:
        return SudoRefused(host, "sudo wants a password", "give it with -K, or allow this user NOPASSWD in sudoers")
    if "incorrect password" in errors or "try again" in errors or "no password was provided" in errors:
        return SudoRefused(host, "sudo refused the password", "check the one given with -K or ansible_become_password")
    if "not in the sudoers" in errors or "not allowed" in errors:
        return SudoRefused(host, f"sudo does not allow this user to become {become.user}: {said}")
    return SudoRefused(host, f"sudo failed: {said}")
