"""Conditions written with braces."""

import pytest

from muster.template.conditions import without_braces

CASES = [
    ("a == 1", "a == 1"),
    ("{{ a }}", "( a )"),
    ("{{ a }} == {{ b }}", "( a ) == ( b )"),
    ("'{{ a }}' == 'x'", "('' ~ ( a ) ~ '') == 'x'"),
    ('"x-{{ a }}" in b', '("x-" ~ ( a ) ~ "") in b'),
    ("'{{ a }}{{ b }}'", "('' ~ ( a ) ~ '' ~ ( b ) ~ '')"),
    ("{{ a['k'] }} == 'it\\'s {{ b }}'", "( a['k'] ) == ('it\\'s ' ~ ( b ) ~ '')"),
    ("{{ a == 'b' }} and x == '}}'", "( a == 'b' ) and x == '}}'"),
    ("x == {'a': {'b': 1}}", "x == {'a': {'b': 1}}"),
]


@pytest.mark.parametrize(("condition", "expression"), CASES)
def test_braces_become_parentheses(condition, expression):
    assert without_braces(condition) == expression
