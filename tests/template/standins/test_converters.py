"""Text and bytes, as Ansible's converters have them."""

import pytest

from muster.template.standins.converters import container_to_text, jsonify, to_bytes, to_native, to_text


def test_text_and_bytes_go_both_ways_even_when_they_are_not_utf_8():
    assert to_text(b"caf\xc3\xa9") == to_native(b"caf\xc3\xa9") == "café"
    assert to_bytes("café") == b"caf\xc3\xa9" and to_bytes(b"x") == b"x" and to_text("x") == "x"
    assert to_bytes(to_text(b"\xff", errors="surrogate_or_strict")) == b"\xff"


@pytest.mark.parametrize(("nonstring", "text", "data"), [
    ("simplerepr", "5", b"5"), ("passthru", 5, 5), ("empty", "", b""),
])
def test_other_values_become_what_is_asked_for(nonstring, text, data):
    assert to_text(5, nonstring=nonstring) == text and to_bytes(5, nonstring=nonstring) == data
    with pytest.raises(TypeError):
        to_text(5, nonstring="strict")


def test_containers_and_json():
    assert container_to_text({b"a": [b"b", (1, "c")]}) == {"a": ["b", (1, "c")]}
    assert jsonify({"a": b"b"}) == '{"a": "b"}'
