"""What is pending, and security updates, on real hosts. The lab's packages.yaml says what waits for whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muster.lab.host import Host
from muster.lab.lab import Lab
from tests.live.far import Far

pytestmark = pytest.mark.live

BOTH = pytest.mark.parametrize("host", ["debian-1", "amazon-1"])


@BOTH
def test_fixes_are_counted_applied_and_gone(fleet: Lab, fresh: Callable[[str], Host], host: str) -> None:
    fresh(host)
    with Far(fleet, host) as far:
        before = far.call("pending_updates")
        fixes = {each["name"]: each["fix"] for each in before["packages"] if each["security"]}
        assert before["known"] and fixes == {"demo-sec": "1.0-2", "demo-both": "1.0-2", "demo-crit": "1.0-2"}
        done = far.ensure("security_update")
        assert {each["name"]: each["new"] for each in done["packages"]} == fixes
        after = far.call("pending_updates")
        assert after["security"] == 0 and after["available"] > 0 and after["reboot_needed"] is True


@BOTH
def test_a_pinned_fix_is_left_alone_and_told(fleet: Lab, fresh: Callable[[str], Host], host: str) -> None:
    fresh(host)
    with Far(fleet, host) as far:
        far.run(*(["apt-mark", "hold"] if host == "debian-1" else ["dnf", "-q", "versionlock", "add"]), "demo-sec")
        assert far.call("pending_updates")["pinned_security"] == 1
        done = far.ensure("security_update", exclude=["demo-cr*"])
        assert [each["name"] for each in done["packages"]] == ["demo-both"]
        assert (done["pinned"], done["excluded"]) == (["demo-sec"], ["demo-crit"])


def test_advisories_and_cves_are_taken_by_name(fleet: Lab, fresh: Callable[[str], Host]) -> None:
    fresh("amazon-1")
    with Far(fleet, "amazon-1") as far:
        by_name = {each["name"]: each for each in far.call("pending_updates")["packages"]}
        assert by_name["demo-crit"]["advisories"] == ["ALAS2023-2024-0004"]
        assert (by_name["demo-crit"]["severity"], by_name["demo-sec"]["cves"]) == ("Critical", ["CVE-2024-0001"])
        assert "NOPE-1" in far.call("security_update", advisories=["NOPE-1"])["msg"]
        done = far.ensure("security_update", cves=["CVE-2024-0004"])
        assert [each["name"] for each in done["packages"]] == ["demo-crit"]


def test_a_host_frozen_to_an_old_release_sees_more_when_told_to_look(fleet: Lab, fresh: Callable[[str], Host]) -> None:
    fresh("amazon-1")
    with Far(fleet, "amazon-1") as far:
        far.run("sh", "-c", "echo 2023.0 > /etc/dnf/vars/releasever")
        assert far.call("pending_updates")["available"] == 0
        assert far.call("pending_updates", releasever="2023.1")["security"] == 3
        assert far.ensure("security_update", releasever="2023.1")["changed"]


@BOTH
def test_a_dead_repository_is_never_nothing_to_do(fleet: Lab, fresh: Callable[[str], Host], host: str) -> None:
    fresh(host)
    with Far(fleet, host) as far:
        far.run("mv", "/srv/repository", "/srv/gone")
        pending = far.call("pending_updates")
        assert not pending["known"] and pending["unknown"]
        assert far.call("security_update")["failed"]


def test_a_service_that_runs_a_replaced_program_is_told(fleet: Lab, fresh: Callable[[str], Host]) -> None:
    fresh("debian-1")
    with Far(fleet, "debian-1") as far:
        far.run("sh", "-c", "cp /usr/bin/sleep /usr/local/bin/nap")
        far.run("systemd-run", "--quiet", "--unit=nap", "/usr/local/bin/nap", "60")
        far.run("sh", "-c", "cp /usr/bin/sleep /usr/local/bin/nap2 && mv /usr/local/bin/nap2 /usr/local/bin/nap")
        assert far.call("pending_updates")["services_to_restart"] == ["nap.service"]
