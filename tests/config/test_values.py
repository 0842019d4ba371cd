"""Kinds of values; more of them, with what surrounds them in a file, are in `cases/files.yml`."""

import os

import pytest

from muster.config.table import SETTINGS
from muster.config.values import KINDS, unquoted, value_of


@pytest.mark.parametrize(("kind", "text", "expected"), [
    ("number", "-3", -3), ("number", " 4 ", 4), ("number", "5.0", 5), ("count", "1", 1), ("flag", " YES ", True),
    ("flag", "off", False), ("words", "a,, b ,", ("a", "b")), ("words", "", ()), ("path", "a/../b", "/d/b"),
    ("path", "/x//y", "/x/y"), ("paths", "a::b", ("/d/a", "/d/b")), ("files", "a, b,", ("/d/a", "/d/b")),
    ("text", " a ", " a "), ("secret", "x", "x"), ("path", "{{CWD}}/a", f"{os.getcwd()}/a")])
def test_a_text_stands_for_a_value_of_its_kind(kind, text, expected):
    assert value_of(kind, text, "/d", False) == expected


@pytest.mark.parametrize(("kind", "text", "expected"), [
    ("number", "x", "a whole number"), ("number", "inf", "a whole number"), ("number", "nan", "a whole number"),
    ("count", "0", "more than 0"), ("flag", "maybe", "yes or no")])
def test_what_is_of_another_kind_is_told(kind, text, expected):
    with pytest.raises(ValueError, match=expected):
        value_of(kind, text, "/d", False)


@pytest.mark.parametrize(("text", "expected"), [
    ('"a"', "a"), ("'a'", "a"), ("\"a'", "\"a'"), ('"', '"'), ('""', ""), ('"a\\"', '"a\\"'), ("a", "a")])
def test_quotes_are_taken_away_in_pairs(text, expected):
    assert unquoted(text) == expected


def test_every_kind_that_a_setting_has_is_known():
    assert {each.kind for each in SETTINGS} <= set(KINDS)
