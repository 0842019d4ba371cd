"""Hashes of passwords, against published values and those of openssl."""

import shutil
import subprocess

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

CASES = [
    # The second examples of the specification of SHA-crypt, by Ulrich Drepper.
    ("'Hello world!' | password_hash('sha512', 'saltstringsaltst', rounds=10000)",
     "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/"
     "y3RnOaw5v."),
    ("'Hello world!' | password_hash('sha256', 'saltstringsaltst', rounds=10000)",
     "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_passwords_are_hashed_as_the_specification_says(expression, value):
    assert evaluate(expression) == value


def test_the_usual_number_of_rounds_is_ansibles():
    assert evaluate("'x' | password_hash('sha512', 'salt')").startswith("$6$rounds=656000$salt$")


@pytest.mark.skipif(not shutil.which("openssl"), reason="compares with openssl")
def test_md5_hashes_are_those_of_openssl():
    argv = ["openssl", "passwd", "-1", "-salt", "abcdefgh", "word"]
    wanted = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert evaluate("'word' | password_hash('md5', 'abcdefgh')") == wanted.stdout.strip()


def test_without_salt_each_hash_is_another():
    assert evaluate("'x' | password_hash(rounds=1000)") != evaluate("'x' | password_hash(rounds=1000)")


@pytest.mark.parametrize(("expression", "message"), [
    ("'x' | password_hash('rot13')", 'there is no kind "rot13" of hash'),
    ("'x' | password_hash('sha512', 'a$b')", "a salt has letters, digits, dots and slashes only"),
])
def test_hashes_that_cannot_be_made(expression, message):
    with pytest.raises(TemplateError, match=message.replace("$", r"\$")):
        evaluate(expression)
