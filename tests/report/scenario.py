"""Events of runs that never were: for the tests, and to look at.

    python -m tests.report.scenario live --speed 2
    python -m tests.report.scenario plain --speed 0 --diff -v

plays a run over 48 hosts with about everything in it: changes, failures, unreachable hosts, ignored and rescued
failures, loops, diffs, warnings, a long command that prints, skipped tasks and handlers, in two plays.
"""

import argparse
import heapq
import io
import sys
import time

from muster.errors import Origin
from muster.model import (
    Change,
    HostLeft,
    HostRescued,
    Key,
    Note,
    Output,
    PlayEnded,
    PlayStarted,
    Result,
    Retried,
    TaskEnded,
    TaskStarted,
)
from muster.report import reporter

HOSTS = tuple(f"web{number:02d}" for number in range(1, 49))
LONG = "nginx : Check the configuration of every site this host serves, before nginx is asked to take it"
SSHD = "Port 22\nPermitRootLogin yes\nPasswordAuthentication yes\nX11Forwarding no\nUsePAM yes\n"
SAFE = SSHD.replace("RootLogin yes", "RootLogin no").replace("PasswordAuthentication yes", "PasswordAuthentication no")


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self):
        return True


def ended(host, position, name, action="command", *, seconds=0.1, play=0, fate="", handler=False, labels=(),
          changes=(), file="site.yml", line=None, delegate="", shows=False, **values):
    """Return the event of a task's outcome; `values` are those of the result."""
    position = (position,) if isinstance(position, int) else position
    values.setdefault("changed", bool(changes))
    origin = Origin(file, line or 10 + position[0], 7)
    result = Result(values, tuple(changes))
    return TaskEnded(host, Key(play, 0, position), name, action, origin, result, seconds, fate, handler, labels,
                     delegate, shows)


def started(host, position, name, play=0):
    return TaskStarted(host, Key(play, 0, (position,) if isinstance(position, int) else position), name)


def outcomes(host):
    """Yield one host's outcomes in the first play."""
    number = HOSTS.index(host) + 1
    slow = 1 + number % 7 / 3
    yield ended(host, 0, "Gathering Facts", "gather_facts", seconds=0.4 * slow)
    yield ended(host, 1, "base : Say which release this is", "debug", seconds=0,
                msg="Amazon Linux 2023" if number < 40 else "Debian 12")
    yield ended(host, 2, "base : Upgrade packages with security advisories", "dnf", seconds=3 * slow, changes=[
        Change("upgrade openssl-libs to 3.0.8-1.amzn2023.0.14")] if number > 5 else [])
    yield ended(host, 3, "base : Install the tools everybody wants", "package", seconds=0.6 * slow,
                labels=("htop", "tmux", "strace"), warnings=["strace is from an archive that is not signed"],
                results=[{"item": item, "changed": False} for item in ("htop", "tmux", "strace")])
    for position in range(4, 9):
        yield ended(host, position, f"debian : Task {position} for Debian only", "apt", skipped=True, seconds=0,
                    false_condition="ansible_os_family == 'Debian'", skip_reason="Conditional result was False")
    yield ended(host, 9, "ssh_hardening : Write sshd_config", "template", seconds=0.3 * slow, changes=[
        Change("replace the content of /etc/ssh/sshd_config", SSHD, SAFE),
        Change("set the mode of /etc/ssh/sshd_config to 0600", "0644", "0600")] if number not in (4, 9, 12) else [])
    if number == 41:
        yield ended(host, 10, "Ask the load balancer", "uri", unreachable=True, seconds=1,
                    msg="the connection was lost: timed out")
        return
    if number in (7, 31):
        yield ended(host, 10, "Ask the load balancer", "uri", failed=True, fate="ignored", msg="Status 503, not 200")
    else:
        if number == 20:
            yield Retried(host, Key(0, 0, (10,)), "Ask the load balancer", 2)
        yield ended(host, 10, "Ask the load balancer", "uri", attempts=2 if number == 20 else 1, seconds=0.2)
    if number == 15:
        yield ended(host, 11, "Move the data to the new volume", failed=True, rc=32, cmd=["mount", "/dev/nvme1n1"],
                    msg="mount ended with 32: no such device", stderr="mount: /dev/nvme1n1: no such device")
        yield HostRescued(host, Key(0, 0, (11,)))
        yield ended(host, 12, "Go on with the old volume", "debug", msg="The old volume stays.")
    else:
        yield ended(host, 11, "Move the data to the new volume", seconds=0.1)
    if number in (3, 17):
        yield broken(host)
        return
    made = [Change(f"create the directory /srv/{name}") for name in "ab"]
    yield ended(host, 13, LONG, "file", changes=made if number == 8 else [])
    yield ended(host, (99, 0), "Restart sshd", "service", handler=True, file="roles/ssh/handlers/main.yml", line=3,
                seconds=1.4, changes=[Change("restart sshd.service")])


def broken(host):
    log = "".join(f"line {number} of the check\n" for number in range(1, 15))
    return ended(host, 13, LONG, failed=True, rc=1, cmd=["nginx", "-t"], stdout=log,
                 stderr='nginx: [emerg] unknown directive "servr_name" in /etc/nginx/sites/app.conf:12\n'
                        "nginx: configuration file /etc/nginx/nginx.conf test failed\n",
                 msg='nginx ended with 1: unknown directive "servr_name"', file="roles/nginx/tasks/main.yml", line=31)


def timed(host, steps, begin, play=0):
    """Yield (seconds, event) of one host: starts before ends, and what a slow task prints in between."""
    now, last = begin, None
    for event in steps:
        last = event
        if not isinstance(event, TaskEnded):
            yield now, event
            continue
        yield now, TaskStarted(host, event.key, event.name)
        if event.seconds > 2:
            for share in range(1, 10):
                yield now + event.seconds * share / 10, Output(
                    host, event.key, f"  Upgrading        : package-{share}.x86_64    {share}/9\n")
        now += event.seconds
        yield now, event
    status = last.result.status if isinstance(last, TaskEnded) and not last.fate else "ok"
    yield now, HostLeft(host, play, status if status in ("failed", "unreachable") else "ended")


def second(host):
    """Yield one host's outcomes in the second play."""
    for position in range(6):
        yield ended(host, position, f"Control {position + 1} of the benchmark holds", "assert", play=1,
                    msg="All assertions passed", seconds=0.2)


def fleet_run():
    """Yield (seconds, event) of the run over the fleet."""
    yield 0.0, PlayStarted("Web servers", HOSTS, 0)
    yield 0.1, Note("web05", "the clock of this host is 4 minutes behind")
    end = 0.0
    for moment, event in heapq.merge(*(timed(host, outcomes(host), 0.2) for host in HOSTS), key=lambda each: each[0]):
        end = moment
        yield moment, event
    yield end, PlayEnded(0, 0)
    rest = tuple(host for host in HOSTS if host not in ("web41", "web03", "web17"))
    yield end, PlayStarted("Verify", rest, 1)
    ways = (timed(host, second(host), end, play=1) for host in rest)
    for moment, event in heapq.merge(*ways, key=lambda each: each[0]):
        end = moment
        yield moment, event
    yield end, PlayEnded(1, 0)


def small_run():
    """Return the events of a run over three hosts with one of each kind of outcome, hosts out of step."""
    hosts = ("web1", "web2", "db1")
    names = ["Gathering Facts", "Write motd", "Skip this", "Skip that", "Install", "Check", "Move", "Say"]

    def step(host, position, action="command", **options):
        return [started(host, position, names[position]), ended(host, position, names[position], action, **options)]

    motd = Change("replace the content of /etc/motd", "Welcome\nto web\n", "Welcome\nto the web\n")
    events = [PlayStarted("Site", hosts, 0)]
    for host in hosts[:2]:
        events += step(host, 0, "gather_facts")
        events += step(host, 1, "copy", changes=[motd], seconds=1.5)
        events += step(host, 2, skipped=True) + step(host, 3, skipped=True)
        events += step(host, 4, "package", labels=("git", "vim"), results=[
            {"item": "git", "changed": True}, {"item": "vim", "changed": False}], changes=[Change("install git")])
    events += step("web1", 5, failed=True, msg="probe ended with 3: no answer", rc=3, stdout="asking\n", cmd=["probe"])
    events += [HostLeft("web1", 0, "failed"), Note("web2", "the clock is behind")]
    events += step("web2", 5, failed=True, fate="ignored", msg="not now", warnings=["probe is old"])
    events += step("web2", 6, failed=True, msg="no volume")
    events += [HostRescued("web2", Key(0, 0, (6,)))]
    events += step("web2", 7, "debug", msg="Hello")
    events += step("db1", 0, "gather_facts", unreachable=True, msg="connection refused")
    events += [HostLeft("db1", 0, "unreachable"),
               ended("web2", (99, 0), "Restart", "service", handler=True, changes=[Change("restart nginx")]),
               HostLeft("web2", 0, "ended"), PlayEnded(0, 0)]
    return events


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output", nargs="?", default="auto")
    parser.add_argument("--speed", type=float, default=1.0, help="times as fast as life; 0 does not wait")
    parser.add_argument("-v", action="count", default=0)
    parser.add_argument("--diff", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    begin = time.monotonic()
    with reporter(options.output, sys.stdout, verbosity=options.v, diff=options.diff, check=options.check,
                  command=["muster", "run", "site.yml", "--limit", "web"]) as report:
        for moment, event in fleet_run():
            if options.speed:
                time.sleep(max(0.0, begin + moment / options.speed - time.monotonic()))
            report.take(event)
        summary = report.finish()
    sys.exit(summary.exit_code)


if __name__ == "__main__":
    main()
