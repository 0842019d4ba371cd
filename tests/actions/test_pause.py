import pytest

from muster.actions import find
from muster.actions.action import Failed
from tests.actions.harness import FakeHere, act


@pytest.mark.parametrize(("arguments", "seconds"), [
    ({"seconds": 30}, 30), ({"minutes": 2}, 120), ({"seconds": 0}, 0), ({"seconds": -5}, 0), ({"minutes": 0.5}, 30),
])
def test_it_waits_for_some_time(arguments, seconds):
    here = FakeHere()
    act("pause", here, **arguments)
    assert here.slept == [seconds] and here.asked == []


def test_a_prompt_is_told_before_the_wait():
    here = FakeHere()
    act("pause", here, seconds=5, prompt="Coffee")
    assert (here.notes, here.slept) == (["Coffee"], [5])


def test_without_a_time_it_asks_and_keeps_the_answer():
    here = FakeHere(answers=["blue"])
    assert act("pause", here, prompt="Colour", echo=False)["user_input"] == "blue"
    assert here.asked == [("Colour: ", False)] and here.slept == []


def test_without_a_terminal_it_goes_on_at_once():
    here = FakeHere()
    result = act("pause", here)
    assert here.asked == [("Press Enter to go on: ", True)]
    assert result["user_input"] == "" and result["delta"] == 0 and not result["changed"]


def test_the_result_tells_how_long_it_took():
    result = act("pause", seconds=0)
    assert result["start"] <= result["stop"] and result["stdout"] == "Paused for 0.0 seconds"


def test_seconds_and_minutes_exclude_each_other():
    with pytest.raises(Failed, match="not both"):
        act("pause", seconds=1, minutes=1)


def test_it_is_done_once_for_all_hosts():
    assert find("pause").task["once"]
