import pytest

from muster.actions.action import Failed
from muster.errors import TemplateError
from tests.actions.harness import FakeHere, act

VARIABLES = {"memory": 4096, "name": "web", "wanted": "memory > 1000"}


def claim(that, **arguments):
    return act("assert", FakeHere(variables=VARIABLES), that=that, **arguments)


def failure(that, **arguments):
    with pytest.raises(Failed) as caught:
        claim(that, **arguments)
    return caught.value


@pytest.mark.parametrize("that", [
    "memory >= 2048",
    ["memory >= 2048", "name == 'web'"],
    "name in ['web', 'db']",
    True,
    ["{{ memory > 1000 }}", "'{{ name }}' == 'web'"],
    [],
])
def test_conditions_that_hold_pass(that):
    assert claim(that) == {"changed": False, "msg": "All assertions passed"}


def test_a_template_may_stand_for_the_whole_list():
    here = FakeHere(variables={**VARIABLES, "rules": ["memory > 0", "name == 'db'"]})
    with pytest.raises(Failed) as caught:
        act("assert", here, that="{{ rules }}")
    assert caught.value.fields["assertion"] == "name == 'db'"
    assert act("assert", here, that="{{ rules[:1] }}")["changed"] is False


def test_a_list_that_cannot_be_rendered_fails():
    with pytest.raises(TemplateError, match='"rules" is undefined'):
        claim("{{ rules }}")


def test_the_first_condition_that_does_not_hold_is_named():
    failed = failure(["memory > 0", "memory > 9000", "name == 'db'"])
    assert failed.message == "Assertion failed"
    assert failed.fields == {"assertion": "memory > 9000", "evaluated_to": False}


def test_the_messages_may_be_ones_own():
    assert failure(False, fail_msg="{{ memory }} MB do not suffice").message == "4096 MB do not suffice"
    assert claim(True, success_msg="{{ memory }} MB suffice")["msg"] == "4096 MB suffice"


def test_only_the_message_that_is_told_is_rendered():
    assert claim(True, fail_msg="{{ missing }}")["msg"] == "All assertions passed"


def test_a_message_may_be_a_list():
    assert failure(False, fail_msg=["{{ name }}", "is small"]).message == ["web", "is small"]


def test_quiet_says_nothing_of_success():
    assert claim(True, quiet=True) == {"changed": False}
    assert failure(False, quiet=True).message == "Assertion failed"


@pytest.mark.parametrize(("condition", "reason"), [
    ("memry > 1", '"memry" is undefined'),
    ("memory >", "cannot parse"),
    ("memory + name > 1", "unsupported operand"),
])
def test_a_condition_that_cannot_be_evaluated_fails_and_is_named(condition, reason):
    failed = failure([True, condition])
    assert f'the assertion "{condition}" cannot be evaluated' in failed.message and reason in failed.message
    assert failed.fields == {"assertion": condition}


def test_a_misspelt_variable_is_told_the_nearest_spelling():
    assert 'did you mean "memory"?' in failure("memry > 1").message
