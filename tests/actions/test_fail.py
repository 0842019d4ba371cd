import pytest

from muster.actions.action import Failed
from tests.actions.harness import act


def test_it_fails_with_its_message():
    with pytest.raises(Failed) as caught:
        act("fail", msg="not supported")
    assert caught.value.message == "not supported"


def test_a_message_is_not_needed():
    with pytest.raises(Failed, match="as requested"):
        act("fail")
