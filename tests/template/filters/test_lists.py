"""Filters for lists: expression in, value out."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

VALUES = {
    "users": [{"name": "ann", "keys": ["a", "b"], "ssh": {"hosts": ["x"]}}, {"name": "bob", "keys": ["c"]}],
    "named": {"one": {"keys": [1, 2]}},
}

CASES = [
    ("[1, [2, [3, none]]] | flatten", [1, 2, 3]),
    ("[1, [2, [3]]] | flatten(levels=1)", [1, 2, [3]]),
    ("[1, [none]] | flatten(skip_nulls=false)", [1, None]),
    ("[3, 1, 3, 2] | unique", [3, 1, 2]),
    ("['a', 'A', 'b'] | unique", ["a", "b"]),
    ("['a', 'A'] | unique(case_sensitive=true)", ["a", "A"]),
    ("[{'a': 1}, {'a': 1}] | unique", [{"a": 1}]),
    ("[{'a': 1, 'b': 1}, {'a': 1, 'b': 2}] | unique(attribute='a')", [{"a": 1, "b": 1}]),
    ("[3, 1, 2] | intersect([2, 3])", [3, 2]),
    ("[3, 1, 2, 3] | difference([2])", [3, 1]),
    ("[{'a': 1}, 2] | difference([{'a': 1}])", [2]),
    ("[3, 1] | union([1, 2])", [3, 1, 2]),
    ("[1, 2] | symmetric_difference([2, 3])", [1, 3]),
    ("[1, 2] | zip(['a', 'b'])", [[1, "a"], [2, "b"]]),
    ("[1, 2] | zip(['a'])", [[1, "a"]]),
    ("[1, 2] | zip_longest(['a'], fillvalue='x')", [[1, "a"], [2, "x"]]),
    ("[1, 2] | product(['a', 'b'])", [[1, "a"], [1, "b"], [2, "a"], [2, "b"]]),
    ("[1, 2] | permutations", [[1, 2], [2, 1]]),
    ("[1, 2, 3] | permutations(1)", [[1], [2], [3]]),
    ("[1, 2, 3] | combinations(2)", [[1, 2], [1, 3], [2, 3]]),
    ("users | subelements('keys') | map('last')", ["a", "b", "c"]),
    ("users | subelements('ssh.hosts', skip_missing=true) | map('last')", ["x"]),
    ("named | subelements('keys') | map(attribute=1)", [1, 2]),
    ("10 | random(seed='web1') == 10 | random(seed='web1')", True),
    ("[5] | random", 5),
    ("20 | random(start=10, step=10)", 10),
    ("[1, 2, 3] | shuffle(seed='x') == [1, 2, 3] | shuffle(seed='x')", True),
    ("[1, 2, 3] | shuffle | sort", [1, 2, 3]),
    ("dict([['a', 1]] | zip([]))", {}),
    ("dict(['a', 'b'] | zip([1, 2]))", {"a": 1, "b": 2}),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_list_filters(expression, value):
    assert evaluate(expression, VALUES) == value


def test_random_numbers_are_not_fixed_when_a_template_is_compiled():
    assert len({evaluate("1000000000 | random") for _ in range(5)}) > 1


@pytest.mark.parametrize(("expression", "message"), [
    ("users | subelements('ssh.hosts')", 'an element has no "ssh.hosts"'),
    ("users | subelements('name')", '"name" must be a list, not \'ann\''),
    ("[1] | random(start=1)", "start and step are for numbers"),
    ("5 | flatten", "'int' object is not iterable"),
])
def test_list_filters_that_cannot(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, VALUES)
    assert message in caught.value.message
