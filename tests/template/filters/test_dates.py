"""Filters for dates: expression in, value out."""

import pytest

from tests.template.fake import evaluate

CASES = [
    ("'%Y-%m-%d' | strftime(0, utc=true)", "1970-01-01"),
    ("'%H:%M' | strftime('3600', utc=true)", "01:00"),
    ("('2020-01-02 00:00:00' | to_datetime - '2020-01-01 00:00:00' | to_datetime).days", 1),
    ("('2020-01-02' | to_datetime('%Y-%m-%d')).year", 2020),
    ("'%Y' | strftime | int >= 2024", True),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_date_filters(expression, value):
    assert evaluate(expression) == value
