import pytest

from muster.actions import find
from muster.actions.action import Include
from muster.errors import PlanError
from muster.signature import Signature
from tests.actions.harness import act

SIGNATURE = Signature.of(find("include_role"), "include_role")


def test_it_goes_on_with_a_role():
    assert act("include_role", name="sshd") == Include(role="sshd")


def test_only_the_parts_that_were_chosen_are_told():
    found = act("include_role", name="sshd", tasks_from="configure", handlers_from="none")
    assert found.parts == {"tasks_from": "configure", "handlers_from": "none"}


def test_what_else_it_says_is_handed_on():
    found = act("include_role", name="sshd", public=True, apply={"become": True}, allow_duplicates=False,
                rolespec_validate=False)
    assert found == Include(role="sshd", public=True, apply={"become": True}, allow_duplicates=False, validate=False)


def test_role_is_another_word_for_name():
    assert SIGNATURE.convert({"role": "sshd"}, lambda name: None) == {"name": "sshd"}


def test_a_role_has_a_name():
    with pytest.raises(PlanError, match='needs the argument "name"'):
        SIGNATURE.check_names(["tasks_from"], lambda name: None)
