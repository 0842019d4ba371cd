"""Requests for certificates, made by the real openssl."""

import shutil
import subprocess

import pytest

from tasks.openssl_csr import openssl_csr
from tests.tasks.harness import perform, snapshot

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")

FULL = {
    "country_name": "DE", "organization_name": "Müller, Söhne & $Co #1", "organizational_unit_name": "a\\b\"c'",
    "common_name": "www.example.com", "email_address": "root@example.com", "subject": {"OU": ["one", "two"]},
    "subject_alt_name": ["DNS:www.example.com", "IP:2001:db8::1", "email:a@example.com", "URI:http://example.com/"],
    "key_usage": ["digitalSignature", "Key Encipherment"], "key_usage_critical": True,
    "extended_key_usage": ["serverAuth", "TLS Web Client Authentication"],
    "basic_constraints": ["CA:TRUE", "pathlen:0"], "basic_constraints_critical": True, "ocsp_must_staple": True,
    "create_subject_key_identifier": True,
}


@pytest.fixture
def ensure(tmp_path):
    """Return a function that performs the task twice with one key; the second time must change nothing."""
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", key],
                   check=True)

    def csr(**arguments):
        arguments = {"path": str(tmp_path / "a.csr"), "privatekey_path": str(key), **arguments}
        before = snapshot(tmp_path)
        foretold = perform(openssl_csr, arguments, check=True)
        assert snapshot(tmp_path) == before
        result = perform(openssl_csr, arguments)
        assert not result["failed"], result
        assert (foretold["changes"], foretold["diff"]) == (result["changes"], result["diff"])
        if "force" not in arguments:
            assert perform(openssl_csr, arguments)["changes"] == []
        return result

    csr.path = tmp_path / "a.csr"
    return csr


def shown(path):
    command = ["openssl", "req", "-in", path, "-noout", "-text", "-verify", "-nameopt", "oneline,utf8,-esc_msb"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_everything_that_is_asked_for_is_in_it(ensure):
    ensure(**FULL)
    text = shown(ensure.path)
    for part in ("C = DE", 'O = "Müller, Söhne & $Co #1"', "OU = one", "OU = two", "CN = www.example.com",
                 "DNS:www.example.com, IP Address:2001:DB8:0:0:0:0:0:1, email:a@example.com, URI:http://example.com/",
                 "Key Usage: critical", "Digital Signature, Key Encipherment", "Basic Constraints: critical",
                 "CA:TRUE, pathlen:0", "status_request", "TLS Web Server Authentication, TLS Web Client Authentication",
                 "Subject Key Identifier"):
        assert part in text


@pytest.mark.parametrize("other", [
    {"common_name": "b.example.com"}, {"subject_alt_name": ["DNS:c.example.com"]}, {"key_usage": ["keyAgreement"]},
    {"key_usage_critical": False}, {"basic_constraints": ["CA:FALSE"]}, {"digest": "sha384"},
    {"create_subject_key_identifier": False}, {"ocsp_must_staple": False}, {"subject": {"OU": "one"}}])
def test_whatever_is_another_way_makes_it_anew(ensure, other):
    ensure(**FULL)
    assert ensure(**{**FULL, **other})["changes"] == [f"replace the certificate request {ensure.path}"]


def test_the_common_name_is_an_other_name_unless_that_is_not_wanted(ensure):
    assert ensure(common_name="a.example.com")["subjectAltName"] == ["DNS:a.example.com"]
    assert "DNS:a.example.com" in shown(ensure.path)
    ensure(common_name="a.example.com", use_common_name_for_san=False)
    assert "DNS:" not in shown(ensure.path)


@pytest.mark.parametrize(("arguments", "message"), [
    ({}, "needs privatekey_path"),
    ({"privatekey_path": "/nonexistent/key.pem", "common_name": "a"}, "openssl req: "),
    ({"privatekey_path": "/nonexistent/key.pem", "subject_alt_name": ["example.com"]}, "DNS:example.com"),
    ({"privatekey_path": "/nonexistent/key.pem", "common_name": "a\nb"}, "line break"),
])
def test_what_cannot_be_made_is_told(tmp_path, arguments, message):
    result = perform(openssl_csr, {"path": str(tmp_path / "a.csr"), **arguments})
    assert result["failed"] and message in result["msg"]


def test_in_check_mode_the_key_may_be_still_to_be_made(tmp_path):
    arguments = {"path": str(tmp_path / "a.csr"), "privatekey_path": str(tmp_path / "none"), "common_name": "a"}
    assert perform(openssl_csr, arguments, check=True)["changes"] == [
        f"create the certificate request {tmp_path / 'a.csr'}"]
