"""dnf on a real host with a real repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from muster.lab.host import Host
from muster.lab.lab import Lab
from tests.live.far import Far

pytestmark = pytest.mark.live


@pytest.fixture
def far(fleet: Lab, fresh: Callable[[str], Host]) -> Iterator[Far]:
    fresh("amazon-1")
    with Far(fleet, "amazon-1") as far:
        yield far


def version(far: Far, name: str) -> str:
    return far.run("rpm", "-q", "--qf", "%{VERSION}-%{RELEASE}", name)


def test_packages_come_are_upgraded_go_back_and_go(far: Far) -> None:
    assert far.ensure("dnf", name=["demo-new", "demo-same"])["packages"] == [
        {"name": "demo-new", "old": None, "new": "1.0-1"}
    ]
    far.ensure("dnf", name=["demo-new", "demo-bug"], state="latest")
    assert version(far, "demo-bug") == "1.1-1"
    far.ensure("dnf", name=["demo-pin-2.0-1"])
    assert "allow_downgrade" in far.call("dnf", name=["demo-pin-0.9"])["msg"]
    far.ensure("dnf", name=["demo-pin-0.9"], allow_downgrade=True)
    assert version(far, "demo-pin") == "0.9-1"
    far.ensure("dnf", name=["demo-new", "demo-p*"], state="absent")
    assert "not installed" in far.call("command", argv=["rpm", "-q", "demo-pin"])["stdout"]


def test_missing_and_outdated_packages_are_one_transaction(far: Far) -> None:
    result = far.ensure("dnf", name=["demo-new", "demo-plain"], state="latest")
    assert [each["name"] for each in result["packages"]] == ["demo-new", "demo-plain"]
    assert len(result["changes"]) == 1


def test_security_takes_the_fixes_and_no_newer_versions(far: Far) -> None:
    far.ensure("dnf", name=["*"], state="latest", security=True)
    assert [version(far, name) for name in ("demo-sec", "demo-both", "demo-bug")] == ["1.0-2", "1.0-2", "1.0-1"]
    far.ensure("dnf", name=["*"], state="latest")
    assert version(far, "demo-both") == "1.1-1"


def test_a_version_lock_is_named_in_the_failure(far: Far) -> None:
    far.run("dnf", "-q", "versionlock", "add", "demo-bug")
    assert "versionlock" in far.call("dnf", name=["demo-bug-1.1-1"])["msg"]


def test_a_lock_is_waited_for_and_its_holder_named(far: Far) -> None:
    # systemd makes one dollar sign of two.
    far.run("systemd-run", "--quiet", "sh", "-c", "echo $$$$ > /var/cache/dnf/metadata_lock.pid; exec sleep 4")
    far.run("sleep", "0.5")
    assert "sleep 4" in far.call("dnf", name=["demo-new"], lock_timeout=1)["msg"]
    assert far.call("dnf", name=["demo-new"], lock_timeout=30)["changed"]


def test_what_only_dnf_can_judge(far: Far) -> None:
    far.ensure("dnf", name=["demo-n*"])
    far.ensure("dnf", name=["/usr/share/demo-new/version"])
    far.ensure("package", name=["demo-new"], state="absent")


def test_an_unknown_name_says_what_to_do(far: Far) -> None:
    assert "enablerepo" in far.call("dnf", name=["nope"])["msg"]
