"""Lookups of variables by made-up names."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

VALUES = {"web_port": 80, "web_host": "{{ 'a' ~ 'b' }}", "db_port": 5432}

CASES = [
    ("lookup('vars', 'web_port')", 80),
    ("lookup('vars', 'web' ~ '_host')", "ab"),
    ("lookup('vars', 'none', default='x')", "x"),
    ("q('vars', 'web_port', 'db_port')", [80, 5432]),
    ("q('varnames', '^web_')", ["web_port", "web_host"]),
    ("q('varnames', '_host$', '^db')", ["web_host", "db_port"]),
    ("lookup('varnames', 'port')", "web_port,db_port"),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_variables_are_found_by_name(expression, value):
    assert evaluate(expression, VALUES) == value


def test_an_unknown_variable_has_a_nearest_spelling():
    with pytest.raises(TemplateError, match='"web_prt" is undefined') as caught:
        evaluate("lookup('vars', 'web_prt')", VALUES)
    assert caught.value.hint == 'did you mean "web_port"?'
