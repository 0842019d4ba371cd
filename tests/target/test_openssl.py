"""The program openssl: what goes into its configuration, and what is told when it is not there."""

import shutil
import subprocess

import pytest

from muster.target import openssl
from muster.target.task import Failure


def test_signs_of_the_configuration_are_quoted_and_line_breaks_refused():
    assert openssl.quoted("a $b #c \\ \"d\" 'e'") == "a \\$b \\#c \\\\ \\\"d\\\" \\'e\\'"
    with pytest.raises(Failure, match="line break"):
        openssl.quoted("a\nb")


def test_a_host_without_openssl_is_told_which_package_brings_it(monkeypatch):
    monkeypatch.setattr(openssl, "which", lambda name: None)
    with pytest.raises(Failure, match="install the package openssl"):
        openssl.openssl("version")


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_a_fingerprint_is_the_digest_of_what_the_block_holds():
    key = subprocess.run(["openssl", "genpkey", "-algorithm", "ED25519"], capture_output=True, check=True).stdout
    convert = ["openssl", "pkey", "-pubout"]
    pem = subprocess.run(convert, input=key, capture_output=True, check=True).stdout
    der = subprocess.run([*convert, "-outform", "DER"], input=key, capture_output=True, check=True).stdout
    told = subprocess.run(["openssl", "dgst", "-sha256", "-c"], input=der, capture_output=True, check=True).stdout
    assert openssl.fingerprints(pem.decode())["sha256"] == told.decode().split()[-1]
