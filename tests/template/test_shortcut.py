"""Templates of dotted names give what the compiled ones give."""

import pytest

from muster.errors import TemplateError
from muster.template import shortcut
from tests.template.fake import ENGINE, Fake

VALUES = {"a": {"b": {"c": 5}, "items": 1}, "none_at_all": None, "text": "x", "through": "{{ absent }}", "line": "x\n"}


def taken(text):
    return shortcut.template(ENGINE.templates.environment, text) is not None


def taken_condition(text):
    return shortcut.condition(ENGINE.templates.environment, text) is not None


@pytest.mark.parametrize("path", ["a", "a.b.c", "a.b", "none_at_all", "absent", "a.absent.c", "text.upper", "through",
                                  "omit", "text.__class__", "a.items"])
def test_a_path_gives_what_its_expression_gives(path):
    assert taken("{{ " + path + " }}") and taken_condition(path)
    assert not taken("{{ (" + path + ") }}")
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
    assert not taken_condition(text) and not taken("{{ " + text + " }}")


@pytest.mark.parametrize("text", ["%s\n", " %s", "%s%s", "%s\n\n", "a\nb%s\n", "%s}}", "}}{ %s", "\\s%s}\\1",
                                  "%s\n\n%s\n\n\n", "ä%s#}", "%s %s"])
@pytest.mark.parametrize("path", ["text", "a.b.c", "a", "line", "absent", "none_at_all"])
def test_a_text_with_paths_gives_what_it_gives_compiled(text, path):
    short, long = text.replace("%s", "{{ " + path + " }}"), text.replace("%s", "{{ (" + path + ") }}")
    assert taken(short) and not taken(long)
    assert outcome(ENGINE.render, short) == outcome(ENGINE.render, long)


@pytest.mark.parametrize("text", ["{{- a }}", "{{\na }}", "{{ a }}\r\n", "{{ a }}{# #}", "{% if a %}{{ a }}{% endif %}",
                                  "{{ a }}{{ a | d }}", "{%%}", "{{{ a }}}"])
def test_anything_else_between_braces_is_compiled(text):
    assert not taken(text)
