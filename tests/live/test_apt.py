"""apt on real hosts with a real repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from muster.lab.host import Host
from muster.lab.lab import Lab
from tests.live.far import Far

pytestmark = pytest.mark.live


@pytest.fixture
def far(fleet: Lab, fresh: Callable[[str], Host]) -> Iterator[Far]:
    fresh("debian-1")
    with Far(fleet, "debian-1") as far:
        yield far


def versions(far: Far, *names: str) -> dict[str, str]:
    lines = far.run("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *names).splitlines()
    return dict(line.split() for line in lines)


def test_packages_come_are_upgraded_go_back_and_go(far: Far) -> None:
    assert far.ensure("apt", name=["demo-new", "demo-same"])["packages"] == [
        {"name": "demo-new", "old": None, "new": "1.0-1"}
    ]
    far.ensure("apt", name=["demo-pin"], state="latest")
    assert versions(far, "demo-pin") == {"demo-pin": "2.0-1"}
    assert "allow_downgrade" in far.call("apt", name=["demo-pin=0.9-1"])["msg"]
    far.ensure("apt", name=["demo-pin=0.9-1"], allow_downgrade=True)
    assert versions(far, "demo-pin") == {"demo-pin": "0.9-1"}
    far.ensure("apt", name=["demo-new", "demo-pin"], state="absent", purge=True)
    assert far.call("apt", name=["demo-new", "demo-pin"], state="absent", purge=True)["changes"] == []


def test_a_changed_configuration_file_is_kept(far: Far) -> None:
    far.run("sh", "-c", "echo mine > /etc/demo-conf.conf")
    far.ensure("apt", name=["demo-conf"], state="latest")
    assert far.run("cat", "/etc/demo-conf.conf") == "mine"
    assert versions(far, "demo-conf") == {"demo-conf": "1.1-1"}


def test_a_hold_stands_unless_it_is_overridden_and_is_put_back(far: Far) -> None:
    far.run("apt-mark", "hold", "demo-bug")
    assert "held" in far.call("apt", name=["demo-bug=1.1-1"])["msg"]
    far.ensure("apt", name=["demo-bug=1.1-1"], allow_change_held_packages=True)
    assert far.run("apt-mark", "showhold") == "demo-bug"


def test_everything_is_upgraded(far: Far) -> None:
    names = [each["name"] for each in far.ensure("apt", upgrade="dist")["packages"]]
    assert "demo-sec" in names and "demo-both" in names and "demo-phase" not in names


def test_a_lock_is_waited_for_and_its_holder_named(far: Far) -> None:
    hold = "import fcntl,time; f=open('/var/lib/dpkg/lock-frontend','w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(%d)"
    far.run("systemd-run", "--quiet", "python3", "-c", hold % 4)
    far.run("sleep", "0.5")
    failed = far.call("apt", name=["demo-new"], lock_timeout=1)
    assert "python3 -c import fcntl" in failed["msg"] and "lock_timeout" in failed["msg"]
    assert far.call("apt", name=["demo-new"], lock_timeout=30)["changed"]


def test_a_repository_that_does_not_answer_fails_the_update(far: Far) -> None:
    far.run("sh", "-c", "echo 'deb [trusted=yes] file:///nowhere x main' > /etc/apt/sources.list.d/dead.list")
    assert "could not be fetched" in far.call("apt", update_cache=True)["msg"]


def test_old_ubuntu_does_all_of_it_too(ubuntu: Lab) -> None:
    with Far(ubuntu, "ubuntu1804-1") as far:
        assert far.call("ping")["ping"] == "pong"
        assert far.ensure("apt", name=["demo-new"])["changed"]
        assert far.ensure("apt", name=["demo-sec"], state="latest")["changed"]
        far.run("sh", "-c", "echo 'deb [trusted=yes] file:///nowhere x main' > /etc/apt/sources.list.d/dead.list")
        assert "could not be fetched" in far.call("apt", update_cache=True)["msg"]
        far.run("rm", "/etc/apt/sources.list.d/dead.list")
        pending = far.call("pending_updates")
        assert pending["known"] and pending["security"] == 2, pending
