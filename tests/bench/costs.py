"""What single parts cost, in CPU time on this machine; the bench prints it below its table.

    python -m tests.bench.costs
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from muster.inventory import gather
from muster.inventory.patterns import select
from muster.model import HostLeft, PlayEnded, PlayStarted
from muster.report import reporter
from muster.target import facts
from tests.inventory.fleets import ini_of, yaml_of
from tests.report.scenario import Terminal, ended, started
from tests.template.fake import ENGINE, Fake

HOSTS, TASKS = 400, 50


def cheapest(work: Callable[[], object], turns: int = 3) -> float:
    """Return the seconds of CPU of the cheapest of some turns, after one that fills what is kept."""
    work()
    return min(seconds(work) for _ in range(turns))


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def fleet_events(hosts: int, tasks: int) -> list[object]:
    """Return the events of hosts that go through the tasks out of step, a third of them changing something."""
    names = tuple(f"host{number:04d}" for number in range(hosts))
    events: list[object] = [PlayStarted("Cost", names, 0)]
    for step in range(tasks + 10):
        for number, host in enumerate(names):
            task = step - number % 10
            if 0 <= task < tasks:
                name = f"Task {task}"
                events += [started(host, task, name), ended(host, task, name, changed=(task + number) % 3 == 0)]
    return [*events, *(HostLeft(host, 0, "ended") for host in names), PlayEnded(0, 0)]


def report(output: str, events: list[object]) -> None:
    with reporter(output, Terminal(), command=["muster"]) as report:
        for event in events:
            report.take(event)
        report.finish()


def inventory(text: str, ending: str) -> Callable[[], object]:
    def work() -> object:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place, f"hosts.{ending}")
            path.write_text(text)
            return select(gather([str(path)], place), "all")
    return work


def figures() -> list[str]:
    """Return a line for each part."""
    events = fleet_events(HOSTS, TASKS)
    lines = []
    for output in ("live", "plain", "jsonl"):
        each = cheapest(lambda o=output: report(o, events)) / HOSTS / TASKS
        lines.append(f"a task's two events to the {output} report: {each * 1e6:.1f} µs")
    for ending, text in (("ini", ini_of(5000)), ("yml", yaml_of(5000))):
        lines.append(f"an inventory of 5000 hosts ({ending}): {cheapest(inventory(text, ending)):.2f} s")
    lines.append(f"all default facts of this machine: {cheapest(facts.gather) * 1000:.1f} ms")
    values = Fake(name="web", other="site")
    for text in ("constant", "/srv/{{ name }}/{{ other }}", "{{ name | upper }}"):
        many = cheapest(lambda t=text: [ENGINE.render(t, values) for _ in range(500)])
        lines.append(f"rendering {text!r}: {many / 500 * 1e6:.1f} µs")
    return lines


if __name__ == "__main__":
    print("\n".join(figures()))
