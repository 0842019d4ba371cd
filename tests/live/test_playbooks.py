"""Whole playbooks on real hosts: the bench's hardening, a day's work, and input that only a host can prove wrong."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from muster.lab.lab import Lab
from tests.live.playing import ROOT, Played, Player, ended

pytestmark = pytest.mark.live

HARDENING = ROOT / "tests" / "bench" / "hardening.yml"
WORK = Path(__file__).parent / "playbooks" / "work.yml"
# By fixture; in the order of inventories, which is that of names.
FLEETS = {"fleet": ("amazon-1", "debian-1"), "ubuntu": ("ubuntu1804-1", "ubuntu2404-1")}

LEFT_OUT = ("/var/log", "/dev", "/run", "/home/*/.cache", "/var/lib/rpm/rpmdb.sqlite-*")
# What no two boots have in common: identities, databases and caches with times in them.
FICKLE = ("/var/cache", "/var/lib/rpm", "/var/lib/dnf", "/var/lib/systemd", "/var/spool/cron", "/etc/machine-id")


def find(what: str, *left_out: str) -> str:
    """Return a shell's line that finds what is on a host's disk, but in these places."""
    places = " -o ".join(f"-path '{each}'" for each in (*LEFT_OUT, *left_out))
    return rf"find / /tmp -xdev \( {places} \) -prune -o {what} | sort"


# Everything: of files the size, and the times of their content and of their attributes.
EVERYTHING = find(r"-type d -printf '%p %y %m %u %g\n' -o -printf '%p %y %m %u %g %s %T@ %C@ %l\n'")
# What two hosts that were treated alike have in common: no times, but what the files hold that changed since the host
# was made (its identity is written then), packages, services that run, and the kernel's word.
STATE = "\n".join([
    find(r"-printf '%p %y %m %u %g %l\n'", *FICKLE),
    find("-type f -cnewer /etc/machine-id -exec sha256sum {} +", *FICKLE),
    "if command -v dpkg-query > /dev/null; then dpkg-query -W; else rpm -qa | sort; fi",
    "systemctl list-units --type=service --state=running --no-legend --plain",
    "crontab -l -u deploy 2> /dev/null",
    "uname -n; cat /proc/sys/net/ipv4/conf/all/log_martians",
])
# What no two runs of a task have in common.
FLEETING = {"start", "end", "delta", "elapsed", "atime", "mtime", "ctime", "inode", "dev", "status",
            "cache_update_time", "stdout", "stdout_lines", "ansible_facts"}
# What apt warns of now and then on Ubuntu 18.04: dpkg was done before apt had read all that it reported.
APT_LOST_COUNT = re.compile(r"W: APT had planned for dpkg to do more than it reported back \(\d+ vs \d+\)\.\n"
                            r" *Affected packages: [^\n]*\n")


def differing(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the lines that only one of two answers has, each with a sign: hosts that agree are left out."""
    found = {}
    for host, lines in before.items():
        gone, new = set(lines) - set(after[host]), set(after[host]) - set(lines)
        found[host] = [f"-{each}" for each in sorted(gone)] + [f"+{each}" for each in sorted(new)]
    return {host: lines for host, lines in found.items() if lines}


class Site(Player):
    """Runs playbooks that are files, on hosts that are as new."""

    def renew(self, hosts: Sequence[str]) -> None:
        for host in hosts:
            self.lab.reset(host)

    def ask(self, hosts: Sequence[str], script: str) -> dict[str, list[str]]:
        """Return the lines that a script prints on each host."""
        with ThreadPoolExecutor(len(hosts)) as pool:
            printed = pool.map(lambda host: self.lab.inside(host, ["sh", "-c", script]), hosts)
            return {host: text.splitlines() for host, text in zip(hosts, printed, strict=True)}

    def run(self, book: Path, hosts: Sequence[str], *options: str) -> Played:
        """Run a playbook, which gets a directory of the controller's as `local`."""
        inventory = self.inventory({name: {} for name in hosts})
        argv = [sys.executable, "-m", "muster", "run", str(book), "-i", str(inventory), "--output", "jsonl",
                "-e", json.dumps({"local": str(self.directory / "local")}), *options]
        return ended(subprocess.Popen(argv, cwd=ROOT, env=self.environment({}), text=True, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE))

    @property
    def local(self) -> dict[str, str]:
        """The files that are on the controller."""
        root = self.directory / "local"
        return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


def tasks_ended(done: Played) -> list[dict[str, Any]]:
    return [each for each in done.events if each["event"] == "task_ended"]


def changed(done: Played) -> list[tuple[str, str]]:
    """What changed on which host, in order for each of them."""
    return sorted(((each["host"], each["task"]) for each in tasks_ended(done)
                   if each["status"] == "changed"),
                  key=lambda told: told[0])


def outcomes(done: Played) -> dict[str, list[Any]]:
    """What each host came to, task by task, as far as two runs can have it in common."""
    found: dict[str, list[Any]] = {}
    for each in done.events:
        if each["event"] == "task_ended":
            told = [each[name] for name in ("play", "task", "status", "fate", "handler", "labels")]
            told += [[change["what"] for change in each["changes"]], lasting(each["result"])]
            found.setdefault(each["host"], []).append(told)
        elif each["event"] in ("host_left", "host_rescued"):
            found.setdefault(each["host"], []).append([each["event"], each["play"], each.get("why")])
    return found


def lasting(value: Any) -> Any:
    """Return a result without what no two runs have in common."""
    if isinstance(value, dict):
        return {key: lasting(each) for key, each in value.items() if key not in FLEETING}
    if isinstance(value, str):
        return APT_LOST_COUNT.sub("", value)
    return [lasting(each) for each in value] if isinstance(value, list) else value


def went_well(done: Played) -> bool:
    assert done.exit_code == 0, [each for each in tasks_ended(done) if each["status"] == "failed"] or done.said
    return True


@dataclass
class Begun:
    """A playbook's first run on hosts that were as new.

    state: what it left, as STATE tells it
    """

    site: Site
    hosts: Sequence[str]
    done: Played
    state: dict[str, list[str]]


def begin(book: Path, site: Site, hosts: Sequence[str], *options: str) -> Begun:
    site.renew(hosts)
    done = site.run(book, hosts, *options)
    return Begun(site, hosts, done, site.ask(hosts, STATE))


@pytest.fixture
def site(fleet: Lab, tmp_path: Path) -> Site:
    return Site(fleet, tmp_path)


@pytest.fixture(params=FLEETS, scope="module")
def worked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """A day's work, on one fleet after the other."""
    site = Site(request.getfixturevalue(request.param), tmp_path_factory.mktemp(request.param))
    return begin(WORK, site, FLEETS[request.param])


def assert_same(one: Begun, other: Begun) -> None:
    """The law of sending ahead: outcomes, hosts and controller are the same."""
    assert went_well(one.done) and went_well(other.done)
    told = [json.dumps(outcomes(each.done)).replace(str(each.site.directory), "") for each in (one, other)]
    assert json.loads(told[0]) == json.loads(told[1])
    assert differing(one.state, other.state) == {}
    assert one.site.local == other.site.local


# Whole playbooks


@pytest.mark.parametrize("name", FLEETS)
def test_a_hardening_is_foretold_and_done_once(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    site, hosts = Site(request.getfixturevalue(name), tmp_path), FLEETS[name]
    site.renew(hosts)
    before = site.ask(hosts, EVERYTHING)
    foretold = site.run(HARDENING, hosts, "--check")
    assert went_well(foretold) and differing(before, site.ask(hosts, EVERYTHING)) == {}
    ahead = Begun(site, hosts, site.run(HARDENING, hosts), site.ask(hosts, STATE))
    assert went_well(ahead.done) and len(changed(ahead.done)) == len(hosts) * 40
    assert changed(foretold) == changed(ahead.done)
    again = site.run(HARDENING, hosts)
    assert went_well(again) and changed(again) == []
    assert_same(ahead, begin(HARDENING, site, hosts, "--step-by-step"))


def test_a_day_s_work_is_done(worked: Begun) -> None:
    site, hosts, done = worked.site, worked.hosts, worked.done
    assert went_well(done)
    held = {f"fetched/{host}/srv/over-http.html": f"index of {host}\n" for host in hosts}
    named = {f"noted-{host}": f"worked-{host}\n" for host in hosts}
    assert site.local == {**held, **named, "order": "".join(f"{host}\n" for host in hosts)}
    assert [done.result(host, "Who comes later sees who came before")["stdout"] for host in hosts] == ["1", "2"]
    guests = {f"/srv/guests/{host}": "Linux ec2-user\n" for host in hosts}
    peers = {f"/srv/{host}.peer": "root\n" for host in hosts}
    for host in hosts:
        assert {"The host boots", "The site starts anew", "A package is held back"} <= {
            task for name, task in changed(done) if name == host}
        told = {"/srv/prepared": "two words\nroot\n", "/srv/failure": "A thing is tried: 1\n", "/srv/end": "the end\n",
                "/srv/who": "deploy\n", "/home/deploy/note": "root sees this\n", "/srv/told": "written\n",
                "/etc/motd": f"Mind the step on {host}.\n", "/srv/over-file.html": f"about of {host}\n", **peers}
        for path, text in {**told, **(guests if host == hosts[0] else {})}.items():
            assert site.lab.inside(host, ["cat", path]) == text, path


def test_a_day_s_work_is_done_once(worked: Begun) -> None:
    state = worked.site.ask(worked.hosts, EVERYTHING)
    for options in ([], ["--check"]):
        again = worked.site.run(WORK, worked.hosts, *options)
        assert went_well(again) and changed(again) == []
        assert differing(state, worked.site.ask(worked.hosts, EVERYTHING)) == {}


def test_a_day_s_work_sent_ahead_is_as_step_by_step(worked: Begun, tmp_path: Path) -> None:
    assert_same(worked, begin(WORK, Site(worked.site.lab, tmp_path), worked.hosts, "--step-by-step"))


# What only a host can prove wrong


THREE = ("amazon-1", "debian-1", "debian-2")
ROOT_PLAY = {"become": True}
# Holds a lock, as package managers do, until its standard input ends.
HOLDER = """
import fcntl, os, sys
path = sys.argv[1]
os.makedirs(os.path.dirname(path), exist_ok=True)
file = open(path, "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print(os.getpid(), file=file, flush=True)
print(os.getpid(), flush=True)
sys.stdin.read()
os.unlink(path) if path.endswith(".pid") else None
"""
# What is locked on a Debian host, and what on one with dnf.
LOCKS = {
    "packages": {"debian-1": "/var/lib/dpkg/lock-frontend", "amazon-1": "/var/lib/rpm/.rpm.lock"},
    "lists": {"debian-1": "/var/lib/apt/lists/lock", "amazon-1": "/var/cache/dnf/metadata_lock.pid"},
}


@contextlib.contextmanager
def held(lab: Lab, locks: Mapping[str, str]) -> Iterator[dict[str, int]]:
    """A process on each host holds a lock there: {host: its number}. Its end is that of the block."""
    with contextlib.ExitStack() as stack:
        pids = {}
        for host, path in locks.items():
            argv = [*lab.host(host).enter_command(), "python3", "-c", HOLDER, path]
            holder = subprocess.Popen(argv, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stack.enter_context(holder)
            assert holder.stdout
            pids[host] = int(holder.stdout.readline())
        yield pids


@pytest.mark.parametrize("kind", LOCKS)
def test_a_package_manager_that_stays_locked_is_told_with_who_locks_it(site: Site, kind: str) -> None:
    package = {"name": "demo-new", "update_cache": kind == "lists", "lock_timeout": 2}
    site.renew(THREE)
    with held(site.lab, LOCKS[kind]) as pids:
        done = site.play([{"package": package}], THREE, play=ROOT_PLAY)
    assert done.exit_code == 2 and done.said == ""
    assert done.status("debian-2") == "changed"
    for host, pid in pids.items():
        who = rf"process {pid} \(python3 -c .*\)"
        assert re.fullmatch(rf"the package manager is locked by {who}, and still was after 2 seconds; "
                            "wait for it to end, or allow more with lock_timeout", done.result(host)["msg"])
        waiting = [each["text"] for each in done.events if each["event"] == "output" and each["host"] == host]
        assert re.fullmatch(rf"waiting up to 2 seconds for {who}, which holds the package manager's lock\n", waiting[0])


def test_a_package_manager_that_was_locked_for_a_while_goes_on(site: Site) -> None:
    site.renew(THREE)
    with held(site.lab, LOCKS["lists"]):
        package = {"name": "demo-new", "update_cache": True, "lock_timeout": 60}
        process = site.start([{"package": package}], THREE, play=ROOT_PLAY)
        assert process.stdout
        events = list(until(map(json.loads, process.stdout), {"amazon-1", "debian-1"}))
    assert {each["host"] for each in events if each["event"] == "task_ended"} <= {"debian-2"}
    done = Played(0, [*events, *map(json.loads, process.stdout)], "")
    assert process.wait(60) == 0
    assert [done.status(host) for host in THREE] == ["changed"] * 3


def until(events: Iterable[dict[str, Any]], hosts: set[str]) -> Iterator[dict[str, Any]]:
    """Yield events until each of these hosts has said that it waits."""
    silent = set(hosts)
    for event in events:
        yield event
        if event["event"] == "output" and "waiting" in event["text"]:
            silent.discard(event["host"])
        if not silent:
            return


def test_a_full_disk_keeps_what_was_there(site: Site) -> None:
    """A file system of 64 KiB, nearly full: nothing that would not fit is begun."""
    (site.directory / "large").write_bytes(b"x" * 200_000)
    (site.directory / "large.j2").write_text("{{ 'x' * 200000 }}")
    small = "/mnt/small"
    long = "x" * 70_000
    tasks = [
        {"copy": {"content": long, "dest": f"{small}/new"}},
        {"copy": {"src": str(site.directory / "large"), "dest": f"{small}/new"}},
        {"copy": {"src": "/usr/bin/bash", "dest": f"{small}/new", "remote_src": True}},
        {"template": {"src": str(site.directory / "large.j2"), "dest": f"{small}/old"}},
        {"lineinfile": {"path": f"{small}/old", "line": long}},
        {"blockinfile": {"path": f"{small}/old", "block": long}},
        {"replace": {"path": f"{small}/old", "regexp": "old", "replace": long}},
        {"get_url": {"url": "file:///usr/bin/bash", "dest": f"{small}/new"}},
    ]
    make = f"mkdir {small}; mount -t tmpfs -o size=64k none {small}; echo old > {small}/old"
    hosts = ("amazon-1", "debian-1")
    site.ask(hosts, make)
    try:
        done = site.play([{**each, "ignore_errors": True} for each in tasks], hosts, play=ROOT_PLAY)
        left = site.ask(hosts, f"ls -A {small}; cat {small}/old")
    finally:
        site.ask(hosts, f"umount {small}; rmdir {small}")
    assert left == {host: ["old", "old"] for host in hosts}
    for host in hosts:
        told = [each for each in tasks_ended(done) if each["host"] == host]
        assert [(each["status"], each["fate"]) for each in told] == [("failed", "ignored")] * len(tasks)
        for each, task in zip(told, tasks, strict=True):
            (arguments,) = task.values()
            assert "No space left on device" in each["result"]["msg"], each["result"]["msg"]
            assert arguments.get("dest", arguments.get("path")) in each["result"]["msg"], each["result"]["msg"]


# Tasks that are wrong on the one of three hosts that has no `colour`, and how its message begins.
WRONG = {
    "a variable that is not set": (
        [{"copy": {"content": "{{ colour }}", "dest": "/tmp/wrong"}}],
        r"\S+play-0.yml:\d+:\d+: \"colour\" is undefined in \"{{ colour }}\""),
    "a template that is not there": (
        [{"template": {"src": "{{ 'there' if colour is defined else 'nowhere' }}.j2", "dest": "/tmp/wrong"}}],
        r"\S+play-0.yml:\d+:\d+: there is no template nowhere.j2\n"),
    "a command that fails": (
        [{"command": {"argv": ["test", "{{ colour | default('none') }}", "=", "red"]}},
         {"copy": {"content": "red", "dest": "/tmp/wrong"}}],
        "non-zero return code"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_on_one_host_is_told_once_and_harms_no_other(site: Site, name: str) -> None:
    tasks, words = WRONG[name]
    (site.directory / "there.j2").write_text("{{ colour }}")
    hosts = {host: {"colour": "red"} if host != "debian-1" else {} for host in THREE}
    site.ask(THREE, "rm -f /tmp/wrong")
    done = site.play([*tasks, {"command": {"argv": ["cat", "/tmp/wrong"]}}], hosts, play=ROOT_PLAY)
    assert done.exit_code == 2 and done.said == ""
    failures = [each for each in tasks_ended(done) if each["status"] == "failed"]
    assert [each["host"] for each in failures] == ["debian-1"]
    assert re.match(words, failures[0]["result"]["msg"]), failures[0]["result"]["msg"]
    assert "Traceback" not in str(failures)
    assert [done.result(host)["stdout"] for host in THREE if host != "debian-1"] == ["red", "red"]
    assert site.ask(THREE, "ls /tmp/wrong 2> /dev/null || true")["debian-1"] == []
    assert done.events[-1]["failed_hosts"] == ["debian-1"] and done.events[-1]["rerun"].endswith("--limit debian-1")
