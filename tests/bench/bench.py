"""How fast muster is, as ratios taken in one run on a lab of this machine.

    python -m tests.bench.bench [--hosts N] [--rtt MS] [--runs N] [--peers PYTHON_OF_A_VENV_WITH_ANSIBLE]

Every program is timed as a whole process, from its start to its end, one after the other in each round, so that a
machine that gets slower gets slower for all. The figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from muster.lab.lab import Lab
from tests.bench.costs import figures
from tests.bench.measure import MUSTER, Contender, Sample, measure

HERE = Path(__file__).parent
PLAYBOOK = str(HERE / "hardening.yml")


def contenders(lab: Lab, peers: str | None) -> list[Contender]:
    inventory = str(lab.inventory_path)
    run = [*MUSTER, "run", PLAYBOOK, "-i", inventory, "--forks", str(len(lab.hosts)), "--output", "plain"]
    found = [
        Contender("floor: paramiko, exec true", [sys.executable, str(HERE / "floor.py"), inventory]),
        Contender("muster, cold", run, lambda: clean(lab)),
        Contender("muster, converged", run),
        Contender("muster, converged, one host", [*run, "--limit", lab.hosts[0].name]),
        Contender("muster, converged, step by step", [*run, "--step-by-step"]),
    ]
    if peers:
        found.append(ansible(lab, peers))
    return found


def ansible(lab: Lab, python: str) -> Contender:
    """Return ansible-core as its users tune it: pipelining, one persistent connection a host, a fork for every host."""
    settings = {
        "ANSIBLE_PIPELINING": "1", "ANSIBLE_FORKS": str(len(lab.hosts)), "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_SSH_ARGS": "-o ControlMaster=auto -o ControlPersist=60s", "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
    }
    command = [*lab.enter_command, python, "-m", "ansible", "playbook", PLAYBOOK, "-i", str(lab.inventory_path)]
    return Contender("ansible-core, tuned, converged", command, environment=tuple(settings.items()))


def clean(lab: Lab) -> None:
    """Undo what the playbook does, so that the next run finds everything to do."""
    for host in lab.hosts:
        lab.inside(host.name, ["sh", "-c", "rm -rf /etc/bench; groupdel benchsu 2>/dev/null || true"])


def table(contenders: Sequence[Contender], samples: dict[str, list[Sample]]) -> str:
    """Return the figures as text: medians, and each wall clock as a multiple of the first contender's."""
    floor = [sample.wall for sample in samples[contenders[0].name]]
    lines = [f"{'':36}{'wall s':>8}{'x floor':>9}{'cpu s':>8}{'MiB':>7}"]
    for each in contenders:
        found = samples[each.name]
        ratio = statistics.median(sample.wall / base for sample, base in zip(found, floor, strict=True))
        wall, cpu, memory = (statistics.median(getattr(sample, word) for sample in found)
                             for word in ("wall", "cpu", "memory"))
        lines.append(f"{each.name:36}{wall:8.2f}{ratio:9.2f}{cpu:8.2f}{memory:7.0f}")
    return "\n".join(lines)


def conclusions(samples: dict[str, list[Sample]], hosts: int) -> list[str]:
    """Return the other figures: speed against the peer, and what a host costs the controller."""
    converged = samples["muster, converged"]
    peer = samples.get("ansible-core, tuned, converged")
    lines = []
    if peer:
        ratio = statistics.median(other.wall / own.wall for other, own in zip(peer, converged, strict=True))
        lines.append(f"muster is {ratio:.1f} times as fast as ansible-core on the converged playbook")
    one = statistics.median(sample.cpu for sample in samples["muster, converged, one host"])
    each = (statistics.median(sample.cpu for sample in converged) - one) / (hosts - 1)
    lines.append(f"controller CPU: {one - each:.2f} s to start, then {each * 1000:.1f} ms a host")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10)
    parser.add_argument("--rtt", type=float, default=0.0, help="milliseconds to every host")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", help="python of a venv that has ansible-core")
    options = parser.parse_args()
    with Lab("bench") as lab:
        lab.up(hosts=options.hosts, images=("debian-12",), rtt_ms=options.rtt)
        chosen = contenders(lab, options.peers)
        samples: dict[str, list[Sample]] = {each.name: [] for each in chosen}
        for each in chosen[:2]:
            measure(each)  # A warm-up, which compiles modules and brings what is read from disk into memory.
        for number in range(options.runs):
            for each in chosen:
                samples[each.name].append(measure(each))
            print(f"round {number + 1} of {options.runs}", file=sys.stderr)
        print(f"\n{options.hosts} hosts, {options.rtt:g} ms round trip, medians of {options.runs}\n")
        print(table(chosen, samples))
        print("\n" + "\n".join(conclusions(samples, options.hosts)))
        print(f"(bench itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB)")
    print("\n" + "\n".join(figures()))


main()
