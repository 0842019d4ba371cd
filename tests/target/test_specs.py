"""What a task names of Debian packages, and what of it is there."""

import pytest

from muster.target import apt, specs
from muster.target.task import Failure
from tests.target.test_candidates import POLICY
from tests.tasks.scripted import Host

KNOWN = apt.parse_packages("demo\tall\t1.0\tii \t\ngone\tall\t1.0\trc \t\n")


@pytest.mark.parametrize(("spec", "there"), [
    ("demo", True), ("demo=1.0", True), ("demo=1.*", True), ("demo=1.1", False), ("gone", False), ("nope", False)])
def test_a_name_or_a_version_is_there_or_not(spec, there):
    assert specs.satisfied(spec, KNOWN) is there


def test_newer_versions_and_fixes_are_told_apart(monkeypatch):
    Host({"apt-cache policy": POLICY}).install(monkeypatch)
    assert specs.outdated(["demo-both", "demo-pinned", "awk", "demo=1"]) == [("demo-both", "1.1")]
    assert specs.fixes(["demo-both", "demo-pinned", "demo-phase"]) == [
        ("demo-both", "1.0+deb1"), ("demo-pinned", "1.0+deb1")]


@pytest.mark.parametrize("name", ["demo-", "--force-yes", "-y", "demo=1.0-"])
def test_what_apt_get_would_not_take_for_a_name_is_refused(name):
    with pytest.raises(Failure, match="is no name of a package"):
        specs.expand_all([name], KNOWN)


def test_wildcards_stand_for_all_packages_there_are(monkeypatch):
    Host({"apt-cache pkgnames": "demo\ndemo-b\n"}).install(monkeypatch)
    assert specs.expand_all(["demo*", "x"], KNOWN) == ["demo", "demo-b", "x"]
    with pytest.raises(Failure, match="no package matches y"):
        specs.expand_all(["y*"], KNOWN)
