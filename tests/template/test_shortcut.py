"""Templates that are one dotted name give what the compiled ones give."""

import pytest

from muster.errors import TemplateError
from muster.template.shortcut import CONDITION, EXPRESSION, shortcut
from tests.template.fake import ENGINE, Fake

VALUES = {"a": {"b": {"c": 5}, "items": 1}, "none_at_all": None, "text": "x", "through": "{{ absent }}"}


def taken(pattern, text):
    return shortcut(ENGINE.environment, pattern, text) is not None


@pytest.mark.parametrize("path", ["a", "a.b.c", "a.b", "none_at_all", "absent", "a.absent.c", "text.upper", "through",
                                  "omit", "text.__class__", "a.items"])
def test_a_path_gives_what_its_expression_gives(path):
    assert taken(EXPRESSION, "{{ " + path + " }}") and taken(CONDITION, path)
    assert not taken(EXPRESSION, "{{ (" + path + ") }}")
    for render, short, long in [(ENGINE.render, "{{ %s }}", "{{ (%s) }}"), (ENGINE.evaluate, "%s", "(%s)")]:
        assert outcome(render, short % path) == outcome(render, long % path)


def outcome(render, text):
    try:
        found = render(text, Fake(VALUES))
        return getattr(found, "__qualname__", found)
    except TemplateError as error:
        return type(error), error.message.split(" in ")[0].replace("(", "").replace(")", ""), error.hint


@pytest.mark.parametrize("text", ["true", "none", "not a", "a.0", "a b", "a|d", "5", "'a'", "", "ä"])
def test_what_is_no_path_is_compiled(text):
    assert not taken(CONDITION, text) and not taken(EXPRESSION, "{{ " + text + " }}")


@pytest.mark.parametrize("text", ["{{ a }}\n", " {{ a }}", "{{- a }}", "{{ a }}{{ a }}", "{{\na }}"])
def test_anything_around_the_braces_is_compiled(text):
    assert not taken(EXPRESSION, text)
