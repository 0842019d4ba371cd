"""Hashes of passwords as /etc/shadow has them, made by the system's own libcrypt."""

from __future__ import annotations

import secrets
import string
import threading
from typing import NamedTuple

from muster.template.plugins import PluginError


class Kind(NamedTuple):
    """A kind of hash: its name in the hash, the length of a salt, and the usual rounds (None: it has no such number).

    exact: a salt has this length, and not only at most this one
    """

    ident: str
    salt: int
    rounds: int | None
    exact: bool = False


# Ansible's numbers of rounds, so that one password and salt give the same hash as there.
KINDS = {"sha512": Kind("6", 16, 656000), "sha256": Kind("5", 16, 535000), "md5": Kind("1", 8, None),
         "bcrypt": Kind("2b", 22, 12, exact=True)}
SYNONYMS = {"blowfish": "bcrypt"}
# The rounds that SHA-crypt means where a hash names none (Drepper, "Unix crypt using SHA-256 and SHA-512").
UNNAMED_ROUNDS = 5000
BCRYPT_IDENTS = ("2a", "2b", "2y")
LETTERS = string.ascii_letters + string.digits + "./"
# libcrypt keeps its result in one place for all threads.
LOCK = threading.Lock()


def password_hash(password: str, hashtype: str = "sha512", salt: str | None = None, salt_size: int | None = None,
                  rounds: int | None = None, ident: str | None = None) -> str:
    """Return the hash of a password; without `salt` it is another one each time, so tasks would change each time.

    hashtype: sha512, sha256, md5, or bcrypt, which is blowfish as well
    salt_size: length of a salt that is made here
    ident: which variant of bcrypt: 2b, 2a or 2y
    """
    if password is None:
        raise PluginError("there is no password: None was given")
    kind = kind_of(hashtype)
    used = made_salt(kind, salt_size) if not salt else checked_salt(kind, str(salt))
    return crypt(str(password), setting(kind, used, rounds, ident))


def kind_of(hashtype: str) -> Kind:
    """Return what is known of a kind of hash, or raise PluginError."""
    name = hashtype.removesuffix("_crypt")
    name = SYNONYMS.get(name, name)
    if name not in KINDS:
        raise PluginError(f'there is no kind "{hashtype}" of hash here; there are {", ".join(KINDS)}')
    return KINDS[name]


def made_salt(kind: Kind, size: int | None = None) -> str:
    """Return random characters; `size` of them, or as many as the kind can have."""
    return "".join(secrets.choice(LETTERS) for _ in range(int(size or kind.salt)))


def checked_salt(kind: Kind, salt: str) -> str:
    if set(salt) - set(LETTERS):
        raise PluginError("a salt has letters, digits, dots and slashes only")
    if len(salt) > kind.salt or (kind.exact and len(salt) < kind.salt):
        raise PluginError(f"the salt has {len(salt)} characters, it must have {kind.salt}"
                          + ("" if kind.exact else " at most"))
    return salt


def setting(kind: Kind, salt: str, rounds: int | None, ident: str | None) -> str:
    """Return what libcrypt is told beside the password, which is how the hash begins."""
    number = int(rounds or kind.rounds or 0)
    if not kind.exact:
        return f"${kind.ident}$" + (f"rounds={number}$" if number not in (0, UNNAMED_ROUNDS) else "") + salt
    if ident and ident not in BCRYPT_IDENTS:
        raise PluginError(f'there is no ident "{ident}" of bcrypt; there are {", ".join(BCRYPT_IDENTS)}')
    return f"${ident or kind.ident}${number:02d}${salt}"


def crypt(password: str, setting: str) -> str:
    """Call crypt(3). Python's own module of that name is gone since 3.13."""
    import ctypes
    import ctypes.util

    name = ctypes.util.find_library("crypt")
    if name is None:
        raise PluginError("this system has no libcrypt; give the hash itself instead of the password")
    function = ctypes.CDLL(name).crypt
    function.restype = ctypes.c_char_p
    with LOCK:
        found = function(password.encode("utf-8"), setting.encode("ascii"))
    if not found or found.startswith(b"*"):
        raise PluginError("libcrypt refuses this kind of hash, number of rounds or salt")
    return str(found.decode("ascii"))
