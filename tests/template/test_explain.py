"""Errors in words; `test_engine` has what they look like from outside."""

import pytest
from jinja2 import Environment

from muster.errors import Origin
from muster.template.explain import Source, explain, explain_missing, path_of, reason
from muster.template.undefined import Missing

PARSE = Environment().parse

# text, key that is missing, path
PATHS = [
    ("{{ a.b }}", "b", "a.b"),
    ("{{ a['b'].c }}", "c", "a['b'].c"),
    ("{{ a[0].b }}", "b", "a[0].b"),
    ("{{ (a | first).b }}", "b", "(...).b"),
    ("{{ a.b }}{{ c.b }}", "b", ""),
    ("{{ a.b }}{{ a.b }}", "b", "a.b"),
    ("{{ a.b", "b", ""),
]


@pytest.mark.parametrize(("text", "key", "path"), PATHS)
def test_the_path_of_a_missing_key_is_read_off_the_text(text, key, path):
    assert path_of(key, Source(text, parse=PARSE)) == path


def test_a_line_of_a_file_counts_from_its_first_line():
    source = Source("x", None, "a.j2", skipped=1)
    assert source.place(2) == Origin("a.j2", 3, 1)
    assert source.place(2, "a.j2") == Origin("a.j2", 3, 1)
    assert source.place(2, "b.j2") == Origin("b.j2", 2, 1)
    assert Source("x", Origin("site.yml", 4, 5)).place(2) == Origin("site.yml", 4, 5)


def test_long_texts_are_cut_in_messages():
    assert Source("a  b\nc").quoted == '"a b c"'
    assert len(Source("word " * 100).quoted) == 72


def test_an_empty_dictionary_says_so():
    message, hint = explain_missing(Missing(obj={}, name="b"), Source("{{ a.b }}", parse=PARSE), tuple)
    assert message == '"a.b" is undefined' and hint == "the keys are: none, it is empty"


def test_pythons_errors_get_words():
    assert reason(KeyError("a")) == "no key 'a'"
    assert reason(ValueError()) == "ValueError"
    assert reason(RecursionError("maximum")) == "the templates refer to each other without end"
    assert reason(MemoryError()) == "this needs more memory than there is"


def test_an_error_that_was_explained_before_is_kept():
    first = explain(ValueError("bad"), Source("x", Origin("vars.yml", 1, 1)), tuple)
    value = Missing(cause=first)
    try:
        str(value)
    except Exception as error:
        assert explain(error, Source("y"), tuple) is first
