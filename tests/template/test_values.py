"""What comes out of templates, made plain."""

from types import MappingProxyType

import pytest
from jinja2 import TemplateRuntimeError
from markupsafe import Markup

from muster.model import Unsafe
from muster.template.omit import OMIT
from muster.template.undefined import Missing, UndefinedUse
from muster.template.values import plain, text_of, used

CASES = [
    (5, 5), (None, None), (True, True), ("a", "a"), (b"a", b"a"),
    ((1, 2), [1, 2]), ({1}, [1]), (range(2), [0, 1]), (iter([1]), [1]), (map(str, [1]), ["1"]),
    ({"a": 1}.keys(), ["a"]), ({"a": 1}.values(), [1]), ({"a": 1}.items(), [["a", 1]]),
    (MappingProxyType({"a": (1,)}), {"a": [1]}), ({"a": {"b": {2}}}, {"a": {"b": [2]}}), (Markup("<b>"), "<b>"),
    ({"a": OMIT, "b": [OMIT, 1]}, {"b": [1]}), (OMIT, OMIT),
]


@pytest.mark.parametrize(("value", "result"), CASES)
def test_values_are_made_plain(value, result):
    found = plain(value)
    assert found == result and type(found) is type(result)


def test_unsafe_text_stays_unsafe():
    assert type(plain([Unsafe("x")])[0]) is Unsafe


def test_containers_are_copied():
    value = {"a": [1]}
    assert plain(value)["a"] is not value["a"]


@pytest.mark.parametrize("value", [Missing(name="x"), [1, Missing(name="x")], {"a": [Missing(name="x")]}])
def test_what_is_missing_raises_unless_it_may_stay(value):
    with pytest.raises(UndefinedUse):
        plain(value)
    with pytest.raises(UndefinedUse):
        text_of(value)
    plain(value, lazy=True)


def test_only_what_is_missing_itself_is_a_use():
    assert used([1]) == [1]
    with pytest.raises(UndefinedUse):
        used(Missing(name="x"))


@pytest.mark.parametrize(("value", "text"), [
    ("a", "a"), (None, ""), (True, "True"), (5, "5"), ([1, None], "[1, None]"), (map(str, [1]), "['1']"),
])
def test_values_inside_of_text(value, text):
    assert text_of(value) == text


def test_a_number_that_cannot_be_written_out_is_refused():
    assert plain(10**4000) == 10**4000
    with pytest.raises(TemplateRuntimeError, match="more than 4,300 digits"):
        plain([10**5000])
