"""find, where cases/find.yml cannot say it: what depends on the time."""

import os
import time

import pytest

from tasks.find import find, quantity
from tests.tasks.harness import perform, plant


def names(tree, **arguments):
    result = perform(find, dict({"paths": [str(tree)]}, **arguments))
    return [os.path.relpath(each["path"], str(tree)) for each in result["files"]]


@pytest.mark.parametrize(("age", "expected"), [
    ("2d", ["old"]), ("-2d", ["new"]), ("1w", []), ("0", ["new", "old"]), ("259200", ["old"]), ("-4d", ["new", "old"]),
])
def test_age_is_at_least_or_with_a_minus_at_most(tmp_path, age, expected):
    plant(tmp_path, {"new": {"time": time.time() - 60}, "old": {"time": time.time() - 3 * 86400 - 60}})
    assert names(tmp_path, age=age) == expected


def test_age_may_be_that_of_the_last_access(tmp_path):
    (tmp_path / "file").write_text("")
    os.utime(tmp_path / "file", (1000, time.time()))
    assert names(tmp_path, age="1d") == []
    assert names(tmp_path, age="1d", age_stamp="atime") == ["file"]


def test_quantities_have_units():
    assert quantity("-2d", {"s": 1, "d": 86400}, "age") == -172800
    assert quantity("30", {"s": 1, "d": 86400}, "age") == 30
    assert quantity("2days", {"s": 1, "d": 86400}, "age") == 172800
