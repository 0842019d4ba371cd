"""Lookups that arrange what they are given: expression in, value out; `with_X` is `run_lookup` of the same name."""

import pytest

from muster.errors import TemplateError
from muster.template.lookups import run_lookup
from tests.template.fake import Fake, evaluate

VALUES = {"users": [{"name": "ann", "keys": ["a", "b"]}, {"name": "bob", "keys": ["c"]}, {"name": "cyd"}]}

# name, terms as with_X gives them, results
LOOPS = [
    ("items", [1, [2, [3]]], [1, 2, [3]]),
    ("items", "one", ["one"]),
    ("items", [], []),
    ("list", [1, [2]], [1, [2]]),
    ("dict", {"a": 1}, [{"key": "a", "value": 1}]),
    ("dict", [{"a": 1}, {"b": 2}], [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
    ("flattened", [["a", "None", "b"], "c", "null", "d"], ["a", "c"]),
    ("flattened", [1, [2, [3, None]]], [1, 2, 3, None]),
    ("community.general.flattened", [[1]], [1]),
    ("indexed_items", ["a", ["b"]], [[0, "a"], [1, "b"]]),
    ("nested", [["a", "b"], [1, 2]], [["a", 1], ["a", 2], ["b", 1], ["b", 2]]),
    ("cartesian", [["a"], "x"], [["a", "x"]]),
    ("together", [["a", "b"], [1]], [["a", 1], ["b", None]]),
    ("random_choice", ["only"], ["only"]),
    ("subelements", [VALUES["users"][:2], "keys"],
     [[{"name": "ann"}, "a"], [{"name": "ann"}, "b"], [{"name": "bob"}, "c"]]),
    ("subelements", [VALUES["users"], "keys", {"skip_missing": True}],
     [[{"name": "ann"}, "a"], [{"name": "ann"}, "b"], [{"name": "bob"}, "c"]]),
    ("subelements", [[{"a": {"b": [1], "c": 2}}], "a.b"], [[{"a": {"c": 2}}, 1]]),
    ("sequence", "start=1 end=3", ["1", "2", "3"]),
    ("sequence", "end=3", ["1", "2", "3"]),
    ("sequence", "count=3", ["1", "2", "3"]),
    ("sequence", "start=4 count=2 stride=2 format=web%02d", ["web04", "web06"]),
    ("sequence", "3", ["1", "2", "3"]),
    ("sequence", "5-8", ["5", "6", "7", "8"]),
    ("sequence", "2-10/2", ["2", "4", "6", "8", "10"]),
    ("sequence", "4:host%02d", ["host01", "host02", "host03", "host04"]),
    ("sequence", "start=3 end=1 stride=-1", ["3", "2", "1"]),
    ("sequence", "start=0x0f end=0x11 format=%x", ["f", "10", "11"]),
    ("sequence", "count=0", []),
]


@pytest.mark.parametrize(("name", "terms", "results"), LOOPS)
def test_loops(name, terms, results):
    assert run_lookup(name, terms, Fake()) == results


CASES = [
    ("lookup('items', [1, 2])", [1, 2]),
    ("lookup('items', ['a', 'b'])", "a,b"),
    ("lookup('items', ['a'])", "a"),
    ("lookup('items', ['a'], wantlist=true)", ["a"]),
    ("query('items', ['a'])", ["a"]),
    ("q('ansible.builtin.items', ['a', 1])", ["a", 1]),
    ("q('flattened', [1, [2]], [[3]])", [1, 2, 3]),
    ("lookup('dict', {'a': 1})", {"key": "a", "value": 1}),
    ("q('sequence', start=1, end=2)", ["1", "2"]),
    ("q('nested', [1], [2, 3])", [[1, 2], [1, 3]]),
    ("lookup('sequence', '', errors='ignore') is none", True),
    ("q('sequence', '', errors='ignore')", []),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_lookups_in_expressions(expression, value):
    assert evaluate(expression, VALUES) == value


@pytest.mark.parametrize(("expression", "message"), [
    ("q('sequence', 'start=1')", 'the lookup "sequence" failed: a sequence needs end= or count='),
    ("q('sequence', 'end=2 format=x')", "a format with one number"),
    ("q('sequence', 'a b')", '"a b" is no sequence'),
    ("q('subelements', users, 'keys')", 'an element has no "keys"'),
    ("q('subelements', users, 'keys', {'skip': true})", 'it has no option "skip"'),
    ("q('sequence', 'start=5 end=1')", "to count backwards a sequence needs a negative stride"),
    ("q('sequence', 'end=5 count=1')", "a sequence has end= or count=, not both"),
    ("lookup('community.general.dig', 'example.org')", "muster has no resolver"),
    ("lookup('nope', 'x')", 'no lookup is called "nope"'),
    ("q('subelements', users)", "it needs a list, the name of a key"),
    ("q('nested')", "it needs one list at least"),
    ("q('dict', 5)", "a dictionary is wanted"),
    ("q('items', absent)", '"absent" is undefined'),
    ("lookup('items', [absent], errors='ignore')", '"absent" is undefined'),
    ("lookup('items', errors='quiet')", 'errors= is strict, warn or ignore, not "quiet"'),
    ("lookup('items', flavour=1)", 'it has no option "flavour"'),
])
def test_lookups_that_cannot(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, VALUES)
    assert message in caught.value.message


def test_a_failure_may_only_warn():
    with pytest.warns(UserWarning, match='the lookup "sequence" failed'):
        assert evaluate("q('sequence', '', errors='warn')") == []
