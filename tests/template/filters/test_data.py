"""Filters for values and dictionaries: expression in, value out."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import evaluate

VALUES = {
    "one": {"a": 1, "deep": {"x": 1, "y": 2}, "list": [1, 2]},
    "two": {"b": 2, "deep": {"y": 3}, "list": [2, 3]},
    "users": [{"name": "ann", "uid": 5}, {"name": "bob", "uid": 6}],
}

CASES = [
    ("'yes' | bool", True),
    ("'True' | bool", True),
    ("'on' | bool", True),
    ("1 | bool", True),
    ("'1' | bool", True),
    ("'no' | bool", False),
    ("0 | bool", False),
    ("true | bool", True),
    ("none | bool", False),
    ("true | ternary('a', 'b')", "a"),
    ("'' | ternary('a', 'b')", "b"),
    ("none | ternary('a', 'b', 'c')", "c"),
    ("none | ternary('a', 'b')", "b"),
    ("5 | mandatory", 5),
    ("5 | type_debug", "int"),
    ("'a' | type_debug", "str"),
    ("[] | type_debug", "list"),
    ("one | combine(two)", {"a": 1, "deep": {"y": 3}, "list": [2, 3], "b": 2}),
    ("one | combine(two, recursive=true)", {"a": 1, "deep": {"x": 1, "y": 3}, "list": [2, 3], "b": 2}),
    ("(one | combine(two, list_merge='keep')).list", [1, 2]),
    ("(one | combine(two, list_merge='append')).list", [1, 2, 2, 3]),
    ("(one | combine(two, list_merge='prepend')).list", [2, 3, 1, 2]),
    ("(one | combine(two, list_merge='append_rp')).list", [1, 2, 3]),
    ("(one | combine(two, list_merge='prepend_rp')).list", [2, 3, 1]),
    ("{} | combine({'a': 1}, {'a': 2})", {"a": 2}),
    ("[{'a': 1}, {'b': 2}] | combine", {"a": 1, "b": 2}),
    ("{'a': 1} | dict2items", [{"key": "a", "value": 1}]),
    ("{'a': 1} | dict2items(key_name='k', value_name='v')", [{"k": "a", "v": 1}]),
    ("[{'key': 'a', 'value': 1}] | items2dict", {"a": 1}),
    ("users | items2dict(key_name='name', value_name='uid')", {"ann": 5, "bob": 6}),
    ("'a' | extract(one)", 1),
    ("'deep' | extract(one, 'x')", 1),
    ("'deep' | extract(one, ['x'])", 1),
    ("['a', 'deep'] | map('extract', one) | list", [1, {"x": 1, "y": 2}]),
    ("'none' | extract(one) | default('x')", "x"),
    ("users | json_query('[?uid > `5`].name')", ["bob"]),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_data_filters(expression, value):
    found = evaluate(expression, VALUES)
    assert found == value and type(found) is type(value)


def test_combine_alters_none_of_its_terms():
    values = {"one": {"deep": {"x": [1]}}, "two": {"deep": {"x": [2]}}}
    evaluate("one | combine(two, recursive=true, list_merge='append')", values)
    assert values == {"one": {"deep": {"x": [1]}}, "two": {"deep": {"x": [2]}}}


@pytest.mark.parametrize(("expression", "message"), [
    ("absent | mandatory", '"absent" is undefined'),
    ("absent | mandatory('set it')", "set it"),
    ("one | combine(5)", 'the filter "combine" failed: dictionaries can be combined, not the int 5'),
    ("one | combine(two, list_merge='mix')", 'list_merge cannot be "mix"; it is one of replace, keep'),
    ("one | combine(two, deep=true)", 'it has no argument "deep"'),
    ("5 | dict2items", "a dictionary is wanted, not the int 5"),
    ("{} | items2dict", "a list of dictionaries is wanted"),
    ("[{'key': 1}] | items2dict", 'each element must have the keys "key" and "value"'),
    ("one | json_query('[')", 'cannot evaluate "["'),
    ("'{}' | ansible.utils.from_xml", "muster does not have this filter of Ansible's collections yet"),
])
def test_data_filters_that_cannot(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, VALUES)
    assert message in caught.value.message


def test_json_query_names_the_package_it_needs(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jmespath", None)
    with pytest.raises(TemplateError, match="pip install jmespath"):
        evaluate("one | json_query('a')", VALUES)
