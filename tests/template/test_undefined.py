"""What stands for a value that is not there."""

import copy

import pytest

from muster.errors import TemplateError, UndefinedVariable
from muster.model import Vaulted
from muster.template.undefined import Missing, UndefinedUse, opened
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key

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


def test_only_what_cannot_be_opened_complains_when_it_is_reached():
    missing, lost = Missing(cause=UndefinedVariable("a")), Missing(cause=TemplateError("locked"))
    assert [opened(value) for value in (5, missing)] == [5, missing]
    with pytest.raises(UndefinedUse) as caught:
        opened(lost)
    assert caught.value.value is lost


def test_what_is_still_encrypted_is_opened_when_it_is_reached():
    KEYRING.use([Key("default", b"pass")])
    assert opened(Vaulted(seal(b"hunter22", b"pass"), None)) == "hunter22"
