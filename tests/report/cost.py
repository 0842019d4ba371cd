"""What reporting costs: 5000 hosts with 50 tasks each, in microseconds of CPU per event.

    python -m tests.report.cost plain
"""

import io
import sys
import time

from muster.model import HostLeft, PlayEnded, PlayStarted
from muster.report import reporter
from tests.report.scenario import ended, started


class Terminal(io.StringIO):
    def isatty(self):
        return True


def fleet_events(hosts, tasks):
    """Return the events of hosts that go through the tasks out of step, a third of them changing something."""
    names = tuple(f"host{number:04d}" for number in range(hosts))
    events = [PlayStarted("Cost", names, 0)]
    for step in range(tasks + 10):
        for number, host in enumerate(names):
            task = step - number % 10
            if 0 <= task < tasks:
                name = f"Task {task}"
                events += [started(host, task, name), ended(host, task, name, changed=(task + number) % 3 == 0)]
    return [*events, *(HostLeft(host, 0, "ended") for host in names), PlayEnded(0, 0)]


def cost(output, hosts=5000, tasks=50):
    """Return the CPU time per `TaskEnded`, in microseconds; its `TaskStarted` and what is drawn are included."""
    events = fleet_events(hosts, tasks)
    begin = time.process_time()
    with reporter(output, Terminal(), command=["muster"]) as report:
        for event in events:
            report.take(event)
        report.finish()
    return (time.process_time() - begin) / (hosts * tasks) * 1e6


if __name__ == "__main__":
    print(f"{cost(sys.argv[1]):.2f} µs an event")
