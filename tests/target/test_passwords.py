import pytest

from muster.target import passwords
from muster.target.passwords import BEGINNINGS, fits, hashed, md5_crypt
from muster.target.task import Failure


# As `openssl passwd -1` and `-apr1` make them.
@pytest.mark.parametrize(("password", "begin", "salt", "made"), [
    ("sécret password over sixteen", "$1$", "abcdefgh", "$1$abcdefgh$pjxesORIZMMQAEOhFmxF21"),
    ("sécret password over sixteen", "$apr1$", "abcdefgh", "$apr1$abcdefgh$0kDFVjqeMVWwLl41f7fms1"),
    ("x", "$1$", "abc", "$1$abc$OGyl6dDvZCDiGmIVbeuCq/"),
    ("x", "$apr1$", "abc", "$apr1$abc$51YrpNiEtKAQp4coykJmu."),
])
def test_hashes_of_apache_are_those_of_openssl(password, begin, salt, made):
    assert md5_crypt(password.encode(), begin, salt) == made
    assert fits(password, made)


@pytest.mark.parametrize("scheme", [*BEGINNINGS, "ldap_sha1", "plaintext", "portable_apache22", "host_apache24"])
def test_a_hash_of_every_scheme_fits_its_password_and_no_other(scheme):
    made = hashed("geheim", scheme)
    assert fits("geheim", made) and not fits("other", made)
    assert scheme == "plaintext" or hashed("geheim", scheme) != made or scheme == "ldap_sha1"


def test_a_scheme_that_the_host_does_not_know_is_told(monkeypatch):
    monkeypatch.setattr(passwords, "by_library", lambda password, setting: "*0")
    with pytest.raises(Failure, match=r"this host's crypt\(3\) knows no bcrypt"):
        hashed("geheim", "bcrypt")


def test_what_is_no_hash_fits_only_itself(monkeypatch):
    monkeypatch.setattr(passwords, "by_library", lambda password, setting: None)
    assert fits("thirteen char", "thirteen char") and not fits("x", "thirteen char") and not fits("x", "")
