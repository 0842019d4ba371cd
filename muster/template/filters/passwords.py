"""Hashes of passwords as /etc/shadow has them, made by the system's own libcrypt."""

from __future__ import annotations

import secrets
import string
import threading

from muster.template.plugins import PluginError

# Ansible's numbers of rounds, so that one password and salt give the same hash as there.
KINDS = {"sha512": ("6", 656000), "sha256": ("5", 535000), "md5": ("1", None)}
LETTERS = string.ascii_letters + string.digits + "./"
# libcrypt keeps its result in one place for all threads.
LOCK = threading.Lock()


def password_hash(password: str, hashtype: str = "sha512", salt: str | None = None, rounds: int | None = None) -> str:
    """Return the hash of a password; without `salt` it is another one each time, so tasks would change each time."""
    kind = hashtype.removesuffix("_crypt")
    if kind not in KINDS:
        raise PluginError(f'there is no kind "{hashtype}" of hash here; there are {", ".join(KINDS)}')
    number, usual = KINDS[kind]
    used = "".join(secrets.choice(LETTERS) for _ in range(16 if number != "1" else 8)) if salt is None else str(salt)
    if set(used) - set(LETTERS):
        raise PluginError(f"a salt has letters, digits, dots and slashes only, not {used!r}")
    cost = f"rounds={rounds or usual}$" if usual else ""
    return crypt(str(password), f"${number}${cost}{used}")


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
        raise PluginError(f"libcrypt refuses the setting {setting!r}")
    return str(found.decode("ascii"))
