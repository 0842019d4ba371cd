from pathlib import Path

import pytest
import yaml

from muster.argument_spec import problems
from muster.errors import PlanError

CASES = yaml.safe_load((Path(__file__).parent / "argument_spec.yml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["wrong"] or case["given"])[:60])
def test_what_is_wrong_with_arguments(case):
    assert problems(case["options"], case["given"]) == case["wrong"]


def test_a_specification_that_is_none_is_told():
    with pytest.raises(PlanError, match="the specification of a is no mapping, but 5"):
        problems({"a": 5}, {"a": 1})


@pytest.mark.parametrize("option, message", [
    ({"aliases": 5}, "aliases in a specification is a list, not 5"),
    ({"choices": 5}, "choices in a specification is a list, not 5"),
    ({"required_if": [["x"]]}, "an entry of required_if is"),
    ({"required_if": [["x", 1, 5]]}, "an entry of required_if is"),
    ({"mutually_exclusive": [[["x"]]]}, "mutually_exclusive in a specification is lists of names"),
    ({"required_one_of": 5}, "required_one_of in a specification is a list, not 5"),
    ({"required_by": ["x"]}, "required_by in a specification is a mapping"),
])
def test_what_cannot_be_understood_in_a_specification_is_told(option, message):
    with pytest.raises(PlanError, match=message):
        problems({"a": {"type": "dict", "options": {"x": {}}, **option}}, {"a": {"x": "1"}})


def test_names_out_of_yaml_need_not_be_text():
    assert problems({1: {"type": "int"}}, {1: 2}) == []
    assert problems({1: {}, "a": {}}, {2: 2}) == ["there is no argument 2: there are 1, a"]
