"""What users of MySQL and MariaDB log in with, and how it stands in SQL."""

import pytest

from muster.target.credentials import NATIVE, Credentials, native, word
from muster.target.task import Failure

HASH = "*B69027D44F6E5EDC07F1AEAD1477967B16F28227"  # Of "x", as PASSWORD() of MariaDB 10.11 gave it.


@pytest.mark.parametrize(("arguments", "clause"), [
    ((None, False, None, None, None, True), ""),
    (("it's", False, None, None, None, True), " IDENTIFIED BY 'it\\'s'"),
    ((HASH, True, None, None, None, False), " IDENTIFIED WITH %s AS '%s'" % (NATIVE, HASH)),
    ((None, False, "unix_socket", None, None, True), " IDENTIFIED WITH unix_socket"),
    ((None, False, "ed25519", None, "x", True), " IDENTIFIED WITH ed25519 AS PASSWORD('x')"),
    ((None, False, "caching_sha2_password", None, "x", False), " IDENTIFIED WITH caching_sha2_password BY 'x'"),
    ((None, False, "pam", None, "mariadb", True), " IDENTIFIED WITH pam AS 'mariadb'"),
    ((None, False, "ed25519", "abc", None, True), " IDENTIFIED WITH ed25519 AS 'abc'"),
])
def test_what_follows_the_user(arguments, clause):
    assert Credentials(*arguments).clause == clause


@pytest.mark.parametrize(("arguments", "plugin", "stored", "fits"), [
    (("x", False, None, None, None, True), NATIVE, HASH, True),
    (("y", False, None, None, None, True), NATIVE, HASH, False),
    (("x", False, None, None, None, True), "", HASH, True),
    ((HASH, True, None, None, None, True), NATIVE, HASH, True),
    ((None, False, "unix_socket", None, None, True), NATIVE, HASH, False),
    ((None, False, "unix_socket", None, None, True), "unix_socket", "", True),
    ((None, False, "ed25519", "abc", None, True), "ed25519", "abd", False),
    ((None, False, "pam", None, "mariadb", True), "pam", "mariadb", True),
])
def test_what_is_there_is_compared(arguments, plugin, stored, fits):
    assert Credentials(*arguments).fit(None, "shop", plugin, stored) is fits


def test_the_hash_of_no_password_is_empty():
    assert native("x") == HASH and native("") == ""


def test_what_is_no_plugin_is_refused():
    with pytest.raises(Failure, match="no name of a plugin"):
        word("x; DROP")
