import pytest

from muster.actions.action import Failed
from tests.actions.harness import FakeHere, act

SPEC = {"port": {"type": "int", "required": True}, "name": {"aliases": ["title"]}}


def check(variables, **arguments):
    return act("validate_argument_spec", FakeHere(variables=variables), argument_spec=SPEC, **arguments)


def test_variables_of_the_names_are_checked_and_no_others():
    about = {"type": "role", "name": "web"}
    assert check({"port": "80", "other": 5, "title": [1]}, validate_args_context=about) == {
        "changed": False, "msg": "The arguments are as the specification says", "validate_args_context": about}


def test_what_is_wrong_fails_the_task_all_of_it_at_once():
    with pytest.raises(Failed) as caught:
        check({"port": "http"}, provided_arguments={"nmae": "x"})
    wrong = ['there is no argument nmae: did you mean "name"?', "port: 'http' is not a whole number"]
    assert caught.value.fields == {"argument_errors": wrong, "argument_spec_data": SPEC, "validate_args_context": {}}
    assert all(each in caught.value.message for each in wrong)


def test_what_is_provided_counts_before_variables():
    assert check({"port": "http"}, provided_arguments={"port": 80})["changed"] is False
    with pytest.raises(Failed, match="port: 'http'"):
        check({"port": 80}, provided_arguments={"port": "http"})
