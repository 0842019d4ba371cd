"""The role security_updates on hosts of both images: what it says, what it installs, and what it refuses to believe."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import testinfra

from muster.lab.command import run as command
from muster.lab.host import Host
from muster.lab.lab import Lab

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
HOSTS = ["debian-1", "amazon-1"]

# What waits in the lab's repositories (muster/lab/data/packages.yaml): the same three fixes everywhere; of ordinary
# updates apt has one more than dnf, the one that is not phased in. demo-both stays available in its newer version.
PRISTINE = {
    "debian-1": "3 package(s) needed for security, out of 8 available",
    "amazon-1": "3 package(s) needed for security, out of 7 available",
}
FIXED = {
    "debian-1": "0 package(s) needed for security, out of 6 available",
    "amazon-1": "0 package(s) needed for security, out of 5 available",
}
OLD = dict.fromkeys(("demo-bug", "demo-plain", "demo-conf", "demo-pin"), "1.0-1")
UNTOUCHED = {"demo-sec": "1.0-1", "demo-both": "1.0-1", "demo-crit": "1.0-1", **OLD}
# demo-both too, whose fix is shadowed by an ordinary update that an upgrade would take.
PATCHED = {"demo-sec": "1.0-2", "demo-both": "1.0-2", "demo-crit": "1.0-2", **OLD}
NEWEST = {**PATCHED, "demo-both": "1.1-1", "demo-bug": "1.1-1", "demo-plain": "1.1-1", "demo-conf": "1.1-1",
          "demo-pin": "2.0-1"}


@dataclass
class Run:
    """A run of the playbook: its exit code, and its events as `--output jsonl` tells them."""

    exit_code: int
    events: list[dict[str, Any]]

    def results(self, task: str) -> dict[str, Any]:
        """What the role's task of this name ended with, by host."""
        name = f"security_updates : {task}"
        return {each["host"]: each["result"] for each in self.events if each.get("task") == name and "result" in each}

    def said(self, task: str) -> dict[str, str]:
        return {host: result["msg"] for host, result in self.results(task).items() if "msg" in result}

    @property
    def fleet(self) -> list[str]:
        [text] = self.said("The fleet").values()
        return text.splitlines()

    @property
    def changed(self) -> list[str]:
        """Hosts on which something was changed, or would be."""
        return [host for host, counts in self.events[-1]["hosts"].items() if counts["changed"]]


@pytest.fixture
def play(fleet: Lab) -> Callable[..., Run]:
    """Run the playbook with these variables on these hosts."""

    def run(hosts: list[str], *options: str, **variables: Any) -> Run:
        argv = [sys.executable, "-m", "muster", "run", "playbooks/security-updates.yml", "--output", "jsonl"]
        argv += ["-i", str(fleet.inventory_path), "--limit", ",".join(hosts), *options]
        argv += ["-e", json.dumps({f"security_updates_{name}": value for name, value in variables.items()})]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert events, done.stderr
        assert events[-1]["event"] == "recap", done.stderr
        return Run(done.returncode, events)

    return run


def versions(fleet: Lab, host: str) -> dict[str, str]:
    """Installed versions, as testinfra reads them."""
    packages = testinfra.get_host(f"ssh://{host}", ssh_config=str(fleet.access.config), sudo=True).package
    found = {}
    for name in UNTOUCHED:
        package = packages(name)
        release = f"-{package.release}" if host.startswith("amazon") else ""
        found[name] = package.version + release
    return found


def own_tests(fleet: Lab, hosts: list[str], names: str = "") -> subprocess.CompletedProcess[str]:
    """Run the tests that the role ships, all or those of these names."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "roles/security_updates/tests", "--sudo"]
    argv += ["--hosts=" + ",".join(f"ssh://{host}" for host in hosts)]
    argv += [f"--ssh-config={fleet.access.config}", "-k", names]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_from_pristine_the_fixes_and_nothing_else_are_installed_and_a_second_run_changes_nothing(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    for host in HOSTS:
        fresh(host)
    foretold = play(HOSTS, "--check")
    assert foretold.exit_code == 0
    assert (foretold.said("Before"), foretold.said("After")) == (PRISTINE, FIXED)
    assert [versions(fleet, host) for host in HOSTS] == [UNTOUCHED, UNTOUCHED]
    assert own_tests(fleet, HOSTS, "needed_for_security").stdout.count("\nFAILED ") == 2

    first = play(HOSTS, reboot=True)
    assert first.exit_code == 0
    assert (first.said("Before"), first.said("After")) == (PRISTINE, FIXED)
    assert first.fleet == [
        "before: 6 package(s) needed for security, out of 15 available",
        "after: 0 package(s) needed for security, out of 11 available",
    ]
    assert [versions(fleet, host) for host in HOSTS] == [PATCHED, PATCHED]
    # demo-crit asks for a boot.
    assert [first.results("Boot again")[host]["rebooted"] for host in HOSTS] == [True, True]
    told = own_tests(fleet, HOSTS)
    assert told.returncode == 0, told.stdout

    second = play(HOSTS, reboot=True)
    assert (second.exit_code, second.changed) == (0, [])
    assert (second.said("Before"), second.said("After")) == (FIXED, FIXED)


def test_the_scope_all_installs_every_update_but_what_is_not_phased_in(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    for host in HOSTS:
        fresh(host)
    done = play(HOSTS, scope="all")
    assert done.exit_code == 0
    assert [versions(fleet, host) for host in HOSTS] == [NEWEST, NEWEST]
    assert sorted(done.fleet[2:]) == [
        "reboot needed: amazon-1: dnf needs-restarting -r", "reboot needed: debian-1: /run/reboot-required exists"]
    assert own_tests(fleet, HOSTS, "boot").stdout.count("\nFAILED ") == 2
    assert play(HOSTS, scope="all").changed == []


def test_a_named_cve_or_advisory_brings_its_own_fix_alone(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    fresh("amazon-1")
    after = {"amazon-1": "2 package(s) needed for security, out of 6 available"}
    assert play(["amazon-1"], "--check", cves=["CVE-2024-0004"]).said("After") == after
    assert play(["amazon-1"], advisories=["ALAS2023-2024-0004"]).said("After") == after
    assert versions(fleet, "amazon-1") == {**UNTOUCHED, "demo-crit": "1.0-2"}
    assert play(["amazon-1"], cves=["CVE-2024-0001"]).changed == ["amazon-1"]
    assert versions(fleet, "amazon-1") == {**UNTOUCHED, "demo-crit": "1.0-2", "demo-sec": "1.0-2"}
    assert play(["amazon-1"], cves=["CVE-2024-0001", "CVE-2024-0004"]).changed == []


def test_a_cve_that_no_repository_knows_is_an_error(fresh: Callable[[str], Host], play: Callable[..., Run]) -> None:
    done = play(["amazon-1", "debian-1"], cves=["CVE-2024-9999"])
    assert (done.exit_code, done.changed) == (2, [])
    assert "no enabled repository has a security advisory CVE-2024-9999" in done.said("Install updates")["amazon-1"]
    assert "apt repositories say nothing about advisories or CVEs" in done.said("Install updates")["debian-1"]


def test_a_package_that_is_excluded_is_left_alone(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    for host in HOSTS:
        fresh(host)
    done = play(HOSTS, exclude=["demo-s*"])
    assert done.fleet[1] == "after: 2 package(s) needed for security, out of 13 available"
    for host in HOSTS:
        assert versions(fleet, host) == {**PATCHED, "demo-sec": "1.0-1"}
    assert play(HOSTS, exclude=["demo-s*"]).changed == []


HOLD = {"debian-1": "apt-mark hold demo-sec", "amazon-1": "dnf -q versionlock add demo-sec"}


def test_a_held_package_stays_as_it_is_and_is_named_as_vulnerable(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    for host in HOSTS:
        fresh(host)
        fleet.inside(host, ["sh", "-c", HOLD[host]])
    done = play(HOSTS)
    assert done.exit_code == 0
    assert [line for line in sorted(done.fleet) if line.startswith("pinned")] == [
        "pinned but vulnerable: amazon-1: demo-sec", "pinned but vulnerable: debian-1: demo-sec"]
    assert done.fleet[1] == "after: 2 package(s) needed for security, out of 13 available"
    for host in HOSTS:
        assert versions(fleet, host) == {**PATCHED, "demo-sec": "1.0-1"}
    assert play(HOSTS).changed == []


def test_a_host_locked_to_an_old_release_is_fixed_from_the_one_that_is_named(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    fresh("amazon-1")
    fleet.inside("amazon-1", ["sh", "-c", "echo 2023.0 > /etc/dnf/vars/releasever"])
    assert play(["amazon-1"]).said("After") == {"amazon-1": "0 package(s) needed for security, out of 0 available"}
    done = play(["amazon-1"], releasever="latest")
    assert (done.said("Before"), done.said("After")) == (
        {"amazon-1": PRISTINE["amazon-1"]}, {"amazon-1": FIXED["amazon-1"]})
    assert versions(fleet, "amazon-1") == PATCHED
    assert play(["amazon-1"], releasever="latest").changed == []


# What goes wrong in the field, on which host to do it, how, and what must be said then. The first are shell lines for
# the host, the last put other advisories (updateinfo.xml) into its repository.
APT, DNF = "the lists of packages could not be fetched", "Failed to download metadata for repo 'amazonlinux'"
NO_ADVISORIES = "the advisories of amazonlinux are missing or cannot be read"
BROKEN = {
    "a repository of apt that is gone": ("debian-1", "mv /srv/repository/dists /srv/repository/gone", APT),
    "a suite of apt that is gone": ("debian-1", "rm -r /srv/repository/dists/bookworm-security", APT),
    "apt without a security suite": (
        "debian-1", "sed -i /-security/d /etc/apt/sources.list", "no security suite is among the sources of apt"),
    "a repository of dnf that is gone": ("amazon-1", "mv /srv/repository/2023.1 /srv/repository/gone", DNF),
    "dnf without a repository": ("amazon-1", "rm /etc/yum.repos.d/*", "no repository is enabled"),
    "malformed advisories": ("amazon-1", "<updates><update from=", NO_ADVISORIES),
    "empty advisories": ("amazon-1", "<updates></updates>", NO_ADVISORIES),
}


def spoil(fleet: Lab, host: str, how: str, tmp_path: Path) -> None:
    if how.startswith("<"):
        (tmp_path / "updateinfo.xml").write_text(how)
        repodata = str(fleet.host(host).root / "srv/repository/2023.1/repodata")
        command(["modifyrepo_c", "--mdtype=updateinfo", str(tmp_path / "updateinfo.xml"), repodata])
    else:
        fleet.inside(host, ["sh", "-c", how])


@pytest.mark.parametrize("what", BROKEN)
def test_what_only_looks_like_nothing_to_do_is_unknown_and_never_counted(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run], tmp_path: Path, what: str
) -> None:
    host, how, reason = BROKEN[what]
    [other] = set(HOSTS) - {host}
    for name in HOSTS:
        fresh(name)
    spoil(fleet, host, how, tmp_path)
    done = play(HOSTS)
    assert (done.exit_code, done.changed) == (2, [other])
    assert done.said("Before")[host].startswith("unknown: ")
    assert reason in done.said("Before")[host]
    # The other host is fixed, and the sum is its own alone.
    assert (done.fleet[0], done.fleet[1]) == (f"before: {PRISTINE[other]}", f"after: {FIXED[other]}")
    [unknown] = [line for line in done.fleet if line.startswith("unknown: ")]
    assert unknown.startswith(f"unknown: {host}: ")
    assert reason in unknown
    assert versions(fleet, host) == UNTOUCHED
    assert [(each["host"], each["task"]) for each in done.events[-1]["problems"]] == [
        (host, "security_updates : Fail where it is not known what is pending")]
    assert own_tests(fleet, [host], "answers or tell").returncode == 1

    reported = play([host], unknown="report")
    assert (reported.exit_code, reported.changed, reported.fleet) == (0, [], [unknown])


def test_a_repository_without_advisories_beside_others_leaves_the_known_fixes_to_be_installed(
    fleet: Lab, fresh: Callable[[str], Host], play: Callable[..., Run]
) -> None:
    """As vendors' repositories are: here it is the one with demo-plain's update, and nothing tells what that is for."""
    fresh("amazon-1")
    root = fleet.host("amazon-1").root
    repositories = root / "srv/repository"
    shutil.copytree(repositories / "2023.1", repositories / "2023.2", ignore=shutil.ignore_patterns("repodata"))
    (repositories / "vendor").mkdir()
    shutil.move(repositories / "2023.2/demo-plain-1.1-1.noarch.rpm", repositories / "vendor")
    for name in ("2023.2", "vendor"):
        command(["createrepo_c", "--quiet", str(repositories / name)])
    [advisories] = (repositories / "2023.1/repodata").glob("*updateinfo.xml.gz")
    shutil.copy(advisories, root / "tmp/updateinfo.xml.gz")
    command(["modifyrepo_c", str(root / "tmp/updateinfo.xml.gz"), str(repositories / "2023.2/repodata")])
    (root / "etc/dnf/vars/releasever").write_text("2023.2\n")
    first = (root / "etc/yum.repos.d/amazonlinux.repo").read_text()
    vendor = first.replace("[amazonlinux]", "[vendor]").replace("$releasever", "vendor")
    (root / "etc/yum.repos.d/vendor.repo").write_text(vendor)
    done = play(["amazon-1"])
    assert (done.exit_code, done.changed) == (2, ["amazon-1"])
    assert done.fleet[0].startswith("unknown: amazon-1: the advisories of vendor are missing or cannot be read")
    assert versions(fleet, "amazon-1") == PATCHED
    assert play(["amazon-1"], unknown="report").exit_code == 0


def test_a_value_the_role_does_not_know_is_refused_before_anything_is_looked_up(play: Callable[..., Run]) -> None:
    done = play(["debian-1"], scope="everything")
    assert done.exit_code == 2
    assert "here everything" in done.said("Check the role's variables")["debian-1"]
    assert done.results("Look for pending updates") == {}


def test_a_host_that_cannot_be_reached_is_named_beside_the_sum(play: Callable[..., Run]) -> None:
    done = play(["debian-1", "ghost"], "--check", "-i", "ghost,", "--timeout", "2")
    assert done.exit_code == 4
    assert done.fleet[-1] == "not looked at: ghost"
    assert len(done.said("Before")) == 1
