"""Filters for numbers and sizes: expression in, value out."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

CASES = [
    ("100 | log(10)", 2.0),
    ("1 | log", 0.0),
    ("8 | log(2)", 3.0),
    ("2 | pow(5)", 32.0),
    ("9 | root", 3.0),
    ("8 | root(3)", 2.0),
    ("1 | human_readable", "1.00 Bytes"),
    ("1 | human_readable(isbits=true)", "1.00 bits"),
    ("10240 | human_readable", "10.00 KB"),
    ("1048576 | human_readable(isbits=true)", "1.00 Mb"),
    ("102400000 | human_readable(unit='G')", "0.10 GB"),
    ("0 | human_readable", "0.00 Bytes"),
    ("'2K' | human_to_bytes", 2048),
    ("'1.5 GB' | human_to_bytes", 1610612736),
    ("'10' | human_to_bytes", 10),
    ("10 | human_to_bytes(default_unit='M')", 10485760),
    ("'1Mb' | human_to_bytes(isbits=true)", 1048576),
    ("'5 bytes' | human_to_bytes", 5),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_number_filters(expression, value):
    found = evaluate(expression)
    assert found == pytest.approx(value) if isinstance(value, float) else found == value


@pytest.mark.parametrize(("expression", "message"), [
    ("'many' | human_to_bytes", "'many' is no size such as 10, 2K or 1.5 GB"),
    ("'5 X' | human_to_bytes", "has the unit \"X\""),
    ("1 | human_readable(unit='Q')", 'there is no unit "Q"'),
    ("0 | log", 'the filter "log" failed'),
])
def test_number_filters_that_cannot(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression)
    assert message in caught.value.message
