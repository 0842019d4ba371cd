"""OpenPGP keys, as gpg made them and told their fingerprints."""

import pytest

from muster.target.keys import apart, armored, dearmored, fingerprints, is_same, plain
from muster.target.task import Failure

KEY = b"""-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawaIBhYJKwYBBAHaRw8BAQdA1hzHGWIYtAj+6cO+BbgH6pElRQ1UlN/5npEg
G1r9ATu0EGRlbW9AZXhhbXBsZS5jb22IkAQTFggAOBYhBFWE+uM1B9aezhTz++DJ
H8XzrB+ZBQJrBogGAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEODJH8Xz
rB+ZtMcBANr5Ro4NvcujPg8A+1t9W6BUpjJ/Cq83Y+ybHA9NfEMKAQCTiLBAwTJT
v52PINEGD5ZB0i7Sghp6p38WM62hHlHBDw==
=Z1yE
-----END PGP PUBLIC KEY BLOCK-----
"""
FINGERPRINT = "5584FAE33507D69ECE14F3FBE0C91FC5F3AC1F99"


def test_a_key_is_known_by_the_fingerprint_that_gpg_tells():
    assert fingerprints(KEY) == fingerprints(dearmored(KEY)) == [(FINGERPRINT, "primary")]


def test_a_key_is_the_same_after_it_was_put_in_armor_again():
    assert dearmored(armored(dearmored(KEY))) == dearmored(KEY) and armored(KEY) == KEY


def test_keys_in_one_file_are_taken_apart():
    one = dearmored(KEY)
    other = one.replace(one[3:8], bytes(5), 1)
    assert [key for _, key in apart(one + other)] == [one, other] and apart(KEY) == [(FINGERPRINT, one)]


def test_an_id_is_the_end_of_a_fingerprint():
    assert is_same(plain("0x" + FINGERPRINT[-8:].lower()), FINGERPRINT) and not is_same("00000000", FINGERPRINT)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xb4\x00"])
def test_what_holds_no_key_is_told(data):
    with pytest.raises(Failure, match="no OpenPGP key|no public key"):
        fingerprints(data)
