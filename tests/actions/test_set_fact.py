import pytest

from muster.actions import find
from muster.actions.action import Failed
from muster.load.free_form import pairs
from muster.signature import Signature
from tests.actions.harness import act


def convert(given):
    return Signature.of(find("set_fact"), "set_fact").convert(given, lambda name: None)


def test_the_variables_are_the_facts_of_the_result():
    assert act("set_fact", port=80, names=["a"]) == {
        "changed": False, "ansible_facts": {"port": 80, "names": ["a"]}}


def test_cacheable_is_no_variable():
    result = act("set_fact", port=80, cacheable=True)
    assert result["ansible_facts"] == {"port": 80}
    assert result["_ansible_facts_cacheable"]


@pytest.mark.parametrize("name", ["a-b", "1st", "with space", "größe", ""])
def test_a_name_that_templates_could_not_use_fails(name):
    with pytest.raises(Failed, match=f'"{name}" cannot be a variable'):
        act("set_fact", **{name: 1})


def test_every_name_that_templates_can_use_will_do():
    names = ["here", "facts", "_x", "name"]
    assert act("set_fact", **dict.fromkeys(names, 1))["ansible_facts"] == dict.fromkeys(names, 1)


def test_no_variable_at_all_fails():
    with pytest.raises(Failed, match="nothing to set"):
        act("set_fact", cacheable=True)


def test_values_keep_their_types():
    given = {"flag": True, "count": 5, "empty": None, "names": ["a"], "text": "yes"}
    assert convert(given) == given


def test_values_given_on_one_line_are_text():
    given, rest = pairs("flag=yes count=5 words='a b'")
    assert rest == "" and convert(given) == {"flag": "yes", "count": "5", "words": "a b"}


def test_cacheable_is_a_boolean_in_any_spelling():
    assert convert({"cacheable": "yes", "a": "b"}) == {"cacheable": True, "a": "b"}
