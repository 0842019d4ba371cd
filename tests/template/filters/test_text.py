"""Filters for text: expression in, value out."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

CASES = [
    ("'a' | comment", "#\n# a\n#"),
    ("'a\n\nb' | comment", "#\n# a\n#\n# b\n#"),
    ("'a' | comment('c')", "//\n// a\n//"),
    ("'a' | comment('erlang')", "%\n% a\n%"),
    ("'a' | comment('cblock')", "/*\n *\n * a\n *\n */"),
    ("'a' | comment('xml')", "<!--\n -\n - a\n -\n-->"),
    ("'a' | comment(decoration='! ')", "!\n! a\n!"),
    ("'a' | comment(decoration='; ', prefix='', postfix='')", "; a\n"),
    ("'a' | comment('plain', prefix='###', postfix='---', prefix_count=2)", "###\n###\n# a\n---"),
    ("'a' | comment(beginning='<<', end='>>')", "<<\n#\n# a\n#\n>>"),
    ("'it\\'s' | quote", "'it'\"'\"'s'"),
    ("'' | quote", "''"),
    ("none | quote", "''"),
    ("5 | quote", "5"),
    ("'a,b' | split(',')", ["a", "b"]),
    ("' a  b ' | split", ["a", "b"]),
    ("'a-b-c' | split('-', 1)", ["a", "b-c"]),
    ("'foobar' | regex_replace('o+', '0')", "f0bar"),
    ("'foobar' | regex_replace('^(.)', '\\\\1\\\\1')", "ffoobar"),
    ("'foobar' | regex_replace('(?P<x>o)', '[\\\\g<x>]', count=1)", "f[o]obar"),
    ("'FOO' | regex_replace('o', '0', ignorecase=true)", "F00"),
    ("'a\nb' | regex_replace('^', '> ', multiline=true)", "> a\n> b"),
    ("'foo' | regex_replace('x', 'y')", "foo"),
    ("5 | regex_replace('5', '6')", "6"),
    ("'foobar' | regex_search('o+')", "oo"),
    ("'foobar' | regex_search('x')", None),
    ("'foobar' | regex_search('(f)(o+)', '\\\\2')", ["oo"]),
    ("'foobar' | regex_search('(?P<a>f)(o+)', '\\\\g<a>', '\\\\2')", ["f", "oo"]),
    ("'FOO' | regex_search('o', ignorecase=true)", "O"),
    ("'a1b22' | regex_findall('[0-9]+')", ["1", "22"]),
    ("'a1b22' | regex_findall('([a-z])([0-9]+)')", [["a", "1"], ["b", "22"]]),
    ("'A1' | regex_findall('a', ignorecase=true)", ["A"]),
    ("'a.b*c' | regex_escape", "a\\.b\\*c"),
    ("'a.b+c' | regex_escape('posix_basic')", "a\\.b+c"),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_text_filters(expression, value):
    assert evaluate(expression) == value


@pytest.mark.parametrize(("expression", "message"), [
    ("'a' | comment('python')", 'there is no comment style "python"; there are plain, erlang'),
    ("'a' | regex_replace('(', '')", 'the filter "regex_replace" failed: missing ), unterminated subpattern'),
    ("'a' | regex_replace('b', 'c', mandatory_count=1)", "0 replacements were made where 1 are mandatory"),
    ("'a' | regex_search('a', 'b')", "'b' does not name a group"),
    ("'a' | regex_escape('perl')", 'there is no kind "perl" of regular expressions'),
])
def test_text_filters_that_cannot(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression)
    assert message in caught.value.message
