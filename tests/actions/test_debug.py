import pytest

from muster.actions.action import Failed
from muster.errors import TemplateError
from tests.actions.harness import FakeHere, act


@pytest.mark.parametrize("message", ["hello", "", 5, ["a", "b"], {"a": 1}, False])
def test_a_message_may_be_of_any_type(message):
    assert act("debug", msg=message) == {"changed": False, "msg": message}


def test_without_arguments_it_greets_the_world():
    assert act("debug")["msg"] == "Hello world!"


@pytest.mark.parametrize(("expression", "value"), [
    ("port", 80),
    ("hosts", ["a", "b"]),
    ("hosts | length + port", 82),
    ("ports.web", 443),
    ("'text'", "text"),
])
def test_a_variable_or_expression_is_evaluated(expression, value):
    here = FakeHere(variables={"port": 80, "hosts": ["a", "b"], "ports": {"web": 443}})
    assert act("debug", here, var=expression) == {"changed": False, expression: value}


def test_a_value_whose_braces_were_rendered_already_is_shown_as_it_is():
    assert act("debug", var={"a": 1})["var"] == {"a": 1}


@pytest.mark.parametrize(("expression", "culprit"), [("prot", "prot"), ("port.number", "port.number")])
def test_something_undefined_is_told_and_does_not_fail(expression, culprit):
    shown = act("debug", FakeHere(variables={"port": {}}), var=expression)[expression]
    assert shown.startswith("VARIABLE IS NOT DEFINED!") and f'"{culprit}" is undefined' in shown


def test_the_result_of_a_skipped_task_is_told_to_be_one():
    here = FakeHere(variables={"r": {"skipped": True, "changed": False}})
    assert "the task that registered this was skipped" in act("debug", here, var="r.stdout")["r.stdout"]


def test_an_expression_that_cannot_be_parsed_fails():
    with pytest.raises(TemplateError, match="cannot parse"):
        act("debug", var="1 +")


def test_message_and_variable_exclude_each_other():
    with pytest.raises(Failed, match="not both"):
        act("debug", msg="a", var="b")


@pytest.mark.parametrize(("given", "skipped"), [(0, True), (1, True), (2, False), (3, False)])
def test_it_is_skipped_when_v_was_not_given_often_enough(given, skipped):
    result = act("debug", FakeHere(verbosity=given), msg="secret of the trade", verbosity=2)
    assert bool(result.get("skipped")) == skipped
    assert ("-vv" in result["msg"]) == skipped
