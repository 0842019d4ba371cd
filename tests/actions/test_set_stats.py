import pytest

from muster.actions.action import Failed
from tests.actions.harness import act


def test_the_figures_are_in_the_result():
    assert act("set_stats", data={"renewed": 3}, per_host=True) == {
        "changed": False, "ansible_stats": {"data": {"renewed": 3}, "per_host": True, "aggregate": True}}


@pytest.mark.parametrize("name", ["two words", "1st", "", "gr\u00f6\u00dfe"])
def test_a_figure_has_the_name_of_a_variable(name):
    with pytest.raises(Failed, match="cannot be a figure"):
        act("set_stats", data={name: 1})
