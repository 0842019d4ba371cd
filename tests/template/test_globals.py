"""Functions that every template has: expression in, value out."""

from datetime import datetime, timedelta, timezone

import pytest

from muster.errors import TemplateError
from tests.template.fake import ENGINE, Fake, evaluate

CASES = [
    ("now().year >= 2024", True),
    ("now(fmt='%Y') | int >= 2024", True),
    ("range(1, 4) | list", [1, 2, 3]),
    ("dict(a=1)", {"a": 1}),
    ("undef() is defined", False),
    ("undef() | default('x')", "x"),
    ("lookup('items', [1, 'a'])", [1, "a"]),
    ("lookup('items', [])", []),
    ("query('items', ['a'])", ["a"]),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_globals(expression, value):
    assert evaluate(expression) == value


def test_now_is_the_moment_of_rendering_in_the_zone_asked_for():
    utc = datetime.now(timezone.utc).replace(tzinfo=None)
    assert abs(evaluate("now(utc=true)") - utc) < timedelta(seconds=10)
    assert abs(evaluate("now()") - datetime.now()) < timedelta(seconds=10)


def test_variables_hide_globals():
    assert evaluate("range", range="of mountains") == "of mountains"


def test_jinjas_own_helpers_are_there():
    helpers = "{% set turn = cycler('a', 'b') %}{% set dash = joiner('-') %}"
    loop = "{% for _ in range(3) %}{{ dash() }}{{ turn.next() }}{% endfor %}"
    assert ENGINE.render(helpers + loop, Fake()) == "a-b-a"


def test_lookups_in_a_template_imported_without_context_say_what_to_do(tmp_path):
    (tmp_path / "m.j2").write_text("{% macro m() %}{{ lookup('env', 'HOME') }}{% endmacro %}")
    variables = Fake(paths=[str(tmp_path)])
    with pytest.raises(TemplateError, match="import the template `with context`"):
        ENGINE.templates.file("{% import 'm.j2' as m %}{{ m.m() }}", variables, "/srv/a.j2")
    assert ENGINE.templates.file("{% import 'm.j2' as m with context %}{{ m.m() }}", variables, "/srv/a.j2")
