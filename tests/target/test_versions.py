"""Versions compare as rpm compares them."""

import shutil
import subprocess

import pytest

from muster.target.task import Failure
from muster.target.versions import compare, newest, refuse_downgrades

VERSIONS = [
    ("1.0-1", "1.0-1"),
    ("1.0-1", "1.0-2"),
    ("1.10-1", "1.9-1"),
    ("1.0.1-1", "1.0-1"),
    ("2.0-1", "1:1.0-1"),
    ("1.0~rc1-1", "1.0-1"),
    ("1.0^git1-1", "1.0-1"),
    ("1.0^git1-1", "1.0.1-1"),
    ("1.0a-1", "1.0-1"),
    ("1.a-1", "1.1-1"),
    ("3.0.8-1.amzn2023.0.9", "3.0.8-1.amzn2023.0.14"),
    ("1.05-1", "1.5-1"),
    ("fc40-1", "fc39-1"),
    ("5.14.0-427.el9", "5.14.0-70.el9"),
]


@pytest.mark.parametrize(("one", "other"), VERSIONS)
@pytest.mark.skipif(not shutil.which("rpm"), reason="needs rpm")
def test_versions_compare_as_rpm_compares_them(one, other):
    lua = "%%{lua: print(rpm.vercmp('%s', '%s'))}" % (one, other)
    expected = int(subprocess.run(["rpm", "--eval", lua], capture_output=True, text=True, check=True).stdout)
    assert compare(one, other) == expected
    assert compare(other, one) == -expected


def test_a_version_without_release_equals_any_release():
    assert compare("1.0", "1.0-7") == 0


def test_the_newest_of_several():
    assert newest(["1.9-1", "1.10-1", "1.10~beta-1"]) == "1.10-1"
    assert newest([]) is None


def test_going_back_is_refused_and_going_on_is_not():
    have = {("demo", "noarch"): ["1:1.0-2"]}
    refuse_downgrades(["demo-1:1.1", "demo-1:1.0-2", "other-0.1"], have)
    with pytest.raises(Failure, match="demo 1:1.0-2 is installed, newer than the 1:0.9-1"):
        refuse_downgrades(["demo-1:0.9-1"], have)
