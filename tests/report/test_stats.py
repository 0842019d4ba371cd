import pytest

from muster.report.stats import RUN, Stats, together
from tests.report.test_summary import outcome, tally


def stats(*given):
    made = Stats()
    for host, data, more in given:
        made.take(host, {"ansible_stats": {"data": data, "per_host": False, "aggregate": True, **more}})
    return made


def test_figures_of_all_hosts_are_summed_up():
    assert stats(("a", {"n": 1}, {}), ("b", {"n": 2, "m": 5}, {})) == {RUN: {"n": 3, "m": 5}}


def test_figures_may_be_each_hosts_own():
    own = {"per_host": True}
    assert stats(("a", {"n": 1}, own), ("b", {"n": 2}, own), ("b", {"n": 2}, own)) == {"a": {"n": 1}, "b": {"n": 4}}


def test_a_figure_may_replace_the_one_before():
    assert stats(("a", {"n": 1}, {}), ("b", {"n": 2}, {"aggregate": False})) == {RUN: {"n": 2}}


def test_a_loop_gives_several():
    made = Stats()
    made.take("a", {"results": [{"ansible_stats": {"data": {"n": 1}, "aggregate": True}}] * 3})
    made.take("a", {"skipped": True})
    assert made == {RUN: {"n": 3}}


def test_those_of_the_run_come_first():
    made = stats(("b", {"n": 1}, {"per_host": True}), ("a", {"n": 1}, {"per_host": True}), ("a", {"n": 9}, {}))
    assert list(made.rows()) == [(RUN, "n", 9), ("a", "n", 1), ("b", "n", 1)]
    assert made.parted() == {"run": {"n": 9}, "hosts": {"b": {"n": 1}, "a": {"n": 1}}}
    assert Stats().parted() == {"run": {}, "hosts": {}}


@pytest.mark.parametrize(("have", "more", "both"), [
    (1, 2.5, 3.5), ([1], [2], [1, 2]), ({"a": 1, "b": [1]}, {"b": [2], "c": 3}, {"a": 1, "b": [1, 2], "c": 3}),
    ("x", "y", "y"), (1, "y", "y"), ([1], 2, 2), (None, 1, 1),
])
def test_what_can_be_added_is_added_and_what_cannot_is_replaced(have, more, both):
    assert together(have, more) == both


def test_the_summary_has_them():
    figures = {"ansible_stats": {"data": {"n": 1}, "per_host": False, "aggregate": True}}
    made = tally(outcome("a", action="set_stats", **figures), outcome("b", action="set_stats", **figures))
    assert made.stats == {RUN: {"n": 2}}
