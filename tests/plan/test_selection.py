"""Which tasks were asked for; what that leaves of whole plays is in `plays.yml`."""

import pytest

from muster.plan.selection import Everything, Selection


def select(tags, skip):
    return Selection(frozenset(tags.split()), frozenset(skip.split()))


@pytest.mark.parametrize(("tags", "skip", "own", "wanted"), [
    ("", "", "", True), ("", "", "a", True), ("", "", "never", False), ("", "", "a never", False), ("", "",
    "always", True),
    ("a", "", "a b", True), ("a", "", "b", False), ("a", "", "", False), ("a", "", "always", True),
    ("a", "", "a never", True), ("never", "", "never", True), ("b", "", "a never", False),
    ("all", "", "never", False), ("tagged", "", "a", True), ("tagged", "", "", False), ("tagged", "", "a never", False),
    ("untagged", "", "", True), ("untagged", "", "a", False), ("a untagged", "", "", True),
    ("", "a", "a", False), ("", "a", "b", True), ("a", "a", "a", False), ("a", "b", "a b", False),
    ("", "always", "always", False), ("", "all", "always", True), ("", "all", "", False), ("", "all always",
    "always", False),
    ("", "tagged", "a", False), ("", "tagged", "", True), ("", "untagged", "", False), ("", "untagged", "a", True)])
def test_tags_decide_what_runs(tags, skip, own, wanted):
    assert select(tags, skip).wants(frozenset(own.split())) == wanted


def test_handlers_are_wanted_whatever_their_tags():
    assert Everything().wants(frozenset({"never"}))
