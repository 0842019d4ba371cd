"""Lookups in files of many values."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

INI = "[web]\nport = 80\nhost = a%b\nHost2 = c\nflag\n[db]\nport=5432\n"
CSV = "ann\t5\tadmin\nbob\t6\tuser\n"

CASES = [
    ("lookup('ini', 'port', section='web', file='a.ini', allow_no_value=true)", "80"),
    ("lookup('ini', 'port section=db file=a.ini allow_no_value=true')", "5432"),
    ("lookup('ini', 'host section=web file=a.ini allow_no_value=true')", "a%b"),
    ("lookup('ini', 'none section=web file=a.ini allow_no_value=true')", ""),
    ("lookup('ini', 'none section=web file=a.ini default=x allow_no_value=true')", "x"),
    ("lookup('ini', 'none section=none file=a.ini default=x allow_no_value=true')", "x"),
    ("q('ini', '^ho', section='web', file='a.ini', re=true, allow_no_value=true)", ["a%b", "c"]),
    ("lookup('ini', 'Host2', section='web', file='a.ini', case_sensitive=true, allow_no_value=true)", "c"),
    ("lookup('ini', 'user.name', type='properties', file='a.properties')", "ann"),
    ("lookup('csvfile', 'bob file=a.csv')", "6"),
    ("lookup('csvfile', 'bob', file='a.csv', col=2)", "user"),
    ("lookup('csvfile', '5', file='a.csv', keycol=1, col=0)", "ann"),
    ("lookup('csvfile', 'b', file='b.csv', delimiter=',')", "2"),
    ("lookup('csvfile', 'none file=a.csv default=x')", "x"),
    ("q('csvfile', 'none file=a.csv')", []),
]


@pytest.fixture
def paths(tmp_path):
    for name, text in {"a.ini": INI, "a.csv": CSV, "b.csv": "a,1\nb,2\n", "a.properties": "user.name = ann\n"}.items():
        (tmp_path / name).write_text(text)
    return [str(tmp_path)]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_values_are_found_in_tables(expression, value, paths):
    assert evaluate(expression, paths=paths) == value


@pytest.mark.parametrize(("expression", "message"), [
    ("lookup('ini', 'a section=none file=a.ini allow_no_value=true')", 'there is no section "none"; there are web, db'),
    ("lookup('ini', 'port section=web file=a.ini')", "cannot read a.ini"),
    ("lookup('ini', 'a', sektion='web')", 'it has no option "sektion"'),
    ("lookup('csvfile', 'bob file=none.csv')", 'there is no file "none.csv"'),
])
def test_tables_that_cannot_be_read(expression, message, paths):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, paths=paths)
    assert message in caught.value.message
