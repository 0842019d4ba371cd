"""Filters that encode and decode: expression in, value out."""

import pytest

from muster.errors import TemplateError
from muster.model import Unsafe
from tests.template.fake import evaluate

VALUES = {"data": {"b": [1, {"c": None}], "a": "ä"}, "long": "word " * 30}

CASES = [
    ("'{\"a\": [1, true]}' | from_json", {"a": [1, True]}),
    ("data | to_json", '{"b": [1, {"c": null}], "a": "\\u00e4"}'),
    ("data | to_json(ensure_ascii=false, sort_keys=true)", '{"a": "ä", "b": [1, {"c": null}]}'),
    ("{'b': 1, 'a': [1]} | to_nice_json", '{\n    "a": [\n        1\n    ],\n    "b": 1\n}'),
    ("{'a': 1} | to_nice_json(indent=2)", '{\n  "a": 1\n}'),
    ("[1, 2] | map('string') | to_json", '["1", "2"]'),
    ("'a: [1, yes]' | from_yaml", {"a": [1, True]}),
    ("'a: 1\n---\nb: 2\n' | from_yaml_all", [{"a": 1}, {"b": 2}]),
    ("data | to_yaml", "a: ä\nb:\n- 1\n- {c: null}\n"),
    ("data | to_nice_yaml", "a: ä\nb:\n- 1\n-   c: null\n"),
    ("data | to_nice_yaml(indent=2, sort_keys=false)", "b:\n- 1\n- c: null\na: ä\n"),
    ("'yes' | to_yaml", "'yes'\n"),
    ("'a' | b64encode", "YQ=="),
    ("'w6Q=' | b64decode", "ä"),
    ("'abc' | hash", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("'abc' | hash('sha256') | length", 64),
    ("'abc' | checksum", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("'abc' | md5", "900150983cd24fb0d6963f7d28e17f72"),
    ("'abc' | sha1 == 'abc' | checksum", True),
    ("'ansible' | to_uuid", "5ecca099-0345-5f70-b25a-bacaea0dd909"),
    ("'a b&c' | urlencode", "a%20b%26c"),
    ("data | dict2items | map(attribute='key') | join(',')", "b,a"),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_encodings(expression, value):
    assert evaluate(expression, VALUES) == value


def test_unsafe_text_is_written_as_text():
    from tests.template.fake import ENGINE, Fake

    variables = Fake(x=Unsafe("{{ a }}"))
    assert ENGINE.evaluate("[x] | to_yaml", variables) == "['{{ a }}']\n"
    assert ENGINE.evaluate("[x] | to_json", variables) == '["{{ a }}"]'


@pytest.mark.parametrize(("expression", "message"), [
    ("'{' | from_json", 'the filter "from_json" failed: Expecting property name'),
    ("'a: [' | from_yaml", 'the filter "from_yaml" failed: while parsing'),
    ("'a' | hash('md99')", 'no hash algorithm "md99"'),
    ("'YQ' | b64decode", 'the filter "b64decode" failed: Incorrect padding'),
])
def test_encodings_that_cannot(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression)
    assert message in caught.value.message
