"""Hashes of passwords, as web servers and the system keep them, without any library beyond Python's."""

import base64
import os

from muster.target.files import new_hash
from muster.target.task import Failure

LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# What hashes of the schemes begin with, and how many letters of salt follow; the last of both is that of DES.
BEGINNINGS = {
    "apr_md5_crypt": ("$apr1$", 8), "md5_crypt": ("$1$", 8), "bcrypt": ("$2y$10$", 22), "sha256_crypt": ("$5$", 16),
    "sha512_crypt": ("$6$", 16), "des_crypt": ("", 2),
}
# Names that passlib has for what a version of Apache can read.
SAME = {"portable_apache22": "apr_md5_crypt", "host_apache24": "bcrypt"}


def hashed(password, scheme):
    """Return a new hash; raise Failure for a scheme that nobody knows, or not this host."""
    scheme = SAME.get(scheme, scheme)
    if scheme == "plaintext":
        return password
    if scheme == "ldap_sha1":
        return sha1(password)
    if scheme not in BEGINNINGS:
        names = ", ".join(sorted(set(BEGINNINGS) | set(SAME) | {"ldap_sha1", "plaintext"}))
        raise Failure("there is no way to hash passwords that is called %s; there are: %s" % (scheme, names))
    begin, count = BEGINNINGS[scheme]
    salt = "".join(LETTERS[byte % 64] for byte in os.urandom(count))
    made = again(password, begin + salt + ("$" if begin and scheme != "bcrypt" else ""))
    if not made or made.startswith("*"):
        raise Failure("this host's crypt(3) knows no %s: choose another hash_scheme" % scheme)
    return made


def fits(password, stored):
    """Tell whether a hash, or the password itself where that is kept, is that of this password."""
    if stored.startswith("{SHA}"):
        return sha1(password) == stored
    if stored == password:
        return True
    if stored.startswith("$") or len(stored) == 13:
        return again(password, stored) == stored
    return False


def again(password, setting):
    """Return the hash that is made with the scheme and the salt of this one; see `by_library` for one it cannot."""
    for begin in "$apr1$", "$1$":
        if setting.startswith(begin):
            return md5_crypt(password.encode("utf-8"), begin, setting[len(begin):].partition("$")[0][:8])
    return by_library(password, setting)


def sha1(password):
    digest = new_hash("sha1", len(password))
    digest.update(password.encode("utf-8"))
    return "{SHA}" + base64.b64encode(digest.digest()).decode("ascii")


def md5_crypt(password, begin, salt):
    """Return a hash as FreeBSD brought it, "$1$...", and Apache changed it a little, "$apr1$...".

    password: bytes
    """
    from hashlib import md5

    magic = (begin + salt).encode("ascii")
    salted = md5(password + salt.encode("ascii") + password).digest()
    data = password + magic + (salted * (len(password) // 16 + 1))[:len(password)]
    length = len(password)
    while length:
        data += b"\0" if length & 1 else password[:1]
        length >>= 1
    digest = md5(data).digest()
    for turn in range(1000):
        data = password if turn & 1 else digest
        data += salt.encode("ascii") if turn % 3 else b""
        data += password if turn % 7 else b""
        digest = md5(data + (digest if turn & 1 else password)).digest()
    text = "".join(letters(digest[a] << 16 | digest[b] << 8 | digest[c], 4)
                   for a, b, c in ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)))
    return "%s%s$%s%s" % (begin, salt, text, letters(digest[11], 2))


def letters(number, count):
    """Return a number as letters, six bits each, the lowest first."""
    return "".join(LETTERS[number >> 6 * place & 63] for place in range(count))


def by_library(password, setting):
    """Return what crypt(3) makes of a password; for a scheme it does not know None, or text that begins with *.

    Python had a module for it until 3.12; the library itself is there wherever there are logins.
    """
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import crypt as module
    except ImportError:
        import ctypes
        import ctypes.util

        library = ctypes.CDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
        library.crypt.restype = ctypes.c_char_p
        made = library.crypt(password.encode("utf-8"), setting.encode("utf-8"))
        return made and made.decode("ascii")
    try:
        return module.crypt(password, setting)
    except OSError:  # How Python says that the scheme is not known.
        return None
