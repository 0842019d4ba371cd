"""Times and extensions, as openssl takes and prints them; the rest is in the cases of x509_certificate."""

import pytest

from muster.target.certificates import extensions_in, moment
from muster.target.task import Failure

TEXT = """\
        Requested Extensions:
            X509v3 Subject Alternative Name: critical
                DNS:www, IP Address:192.0.2.1
            X509v3 Basic Constraints:
                CA:TRUE
                more
    Signature Algorithm: ecdsa-with-SHA256
            X509v3 No Extension:
"""


def test_times_are_counted_from_now():
    assert moment("-1w2d") < moment("-1h") < moment("+0s") < moment("+3m") < moment("+3650d")


def test_times_of_the_calendar_are_taken_as_they_are():
    assert (moment("20300131010203Z"), moment("203001310102Z")) == ("20300131010203Z", "20300131010200Z")


@pytest.mark.parametrize("text", ["soon", "+", "", "+1y", "1d", "20300131", "+1d\n"])
def test_what_is_no_time_is_told(text):
    with pytest.raises(Failure, match="is no time: write it as"):
        moment(text)


def test_extensions_are_found_with_their_words_and_whether_they_are_critical():
    assert extensions_in(TEXT) == {
        "X509v3 Subject Alternative Name": ["critical", "DNS:www, IP Address:192.0.2.1"],
        "X509v3 Basic Constraints": ["", "CA:TRUE", "more"]}


def test_blanks_between_words_make_no_difference():
    shown = ["X509v3 extensions:\n  X509v3 CRL Distribution Points:\n    URI:x%sReasons:\n" % (" " * n) for n in (3, 9)]
    assert extensions_in(shown[0]) == extensions_in(shown[1]) != {}


def test_what_has_no_extensions_has_none():
    assert extensions_in("Certificate:\n    Data:\n        Version: 1 (0x0)\n") == {}
