"""What stands for a value that is not there."""

import copy

import pytest

from muster.errors import TemplateError
from muster.template.undefined import Missing, UndefinedUse

USES = {
    "text": str, "truth": bool, "length": len, "iteration": iter, "hash": hash, "call": lambda x: x(),
    "comparison": lambda x: x == 1, "order": lambda x: x < 1, "sum": lambda x: x + 1, "number": int,
    "membership": lambda x: 1 in x,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_every_use_raises_and_says_of_what(use):
    value = Missing(name="x")
    with pytest.raises(UndefinedUse) as caught:
        use(value)
    assert caught.value.value is value


def test_steps_into_it_are_no_use():
    value = Missing(name="x")
    assert value.a["b"][0].c is value
    assert not hasattr(value, "__html__")


def test_it_can_be_copied_with_its_cause():
    cause = TemplateError("why")
    assert copy.copy(Missing(cause=cause))._undefined_cause is cause
