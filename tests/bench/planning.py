"""Planning must not grow with hosts times tasks: 5,000 static hosts and ten roles of 30 tasks, within 3 s and 300 MiB.

    python -m tests.bench.planning

Each command is timed as a whole process, which loads, gathers and plans and touches no host.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import MUSTER, Contender, measure

HOSTS, GROUPS, ROLES, TASKS = 5000, 50, 10, 30
SECONDS, MEBIBYTES = 3.0, 300
ROUNDS = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        write(place)
        lines, exceeded = [], False
        for each in contenders(place):
            samples = [measure(each) for _ in range(ROUNDS)]
            wall, cpu, memory = (statistics.median(getattr(sample, word) for sample in samples)
                                 for word in ("wall", "cpu", "memory"))
            lines.append(f"{each.name:36}{wall:8.2f}{cpu:8.2f}{memory:7.0f}")
            exceeded = exceeded or wall > SECONDS or memory > MEBIBYTES
    print(f"planning {HOSTS} hosts, {ROLES} roles of {TASKS} tasks, medians of {ROUNDS}\n")
    print(f"{'':36}{'wall s':>8}{'cpu s':>8}{'MiB':>7}")
    print("\n".join(lines))
    print(f"\nthe bounds are {SECONDS:g} s and {MEBIBYTES} MiB: {'EXCEEDED' if exceeded else 'kept'}")
    sys.exit(exceeded)


def contenders(place: Path) -> list[Contender]:
    plans = [("syntax check", "--syntax-check"), ("list of tasks", "--list-tasks"), ("list of hosts", "--list-hosts")]
    return [Contender(f"{words}, {name}", [*MUSTER, "run", str(place / "site.yml"), "-i", str(place / name), option])
            for name in ("hosts.ini", "hosts.yml") for words, option in plans]


def write(place: Path) -> None:
    """Write the inventory, in both formats, the roles and the playbook."""
    members = {f"g{group}": range(group, HOSTS, GROUPS) for group in range(GROUPS)}
    (place / "hosts.ini").write_text("".join(
        f"[{name}]\n" + "".join(f"host{number}.example.com {' '.join(f'{key}={value}' for key, value in of(number))}\n"
                                for number in numbers) for name, numbers in members.items()), encoding="utf-8")
    (place / "hosts.yml").write_text("".join(
        f"{name}:\n  hosts:\n" + "".join(f"    host{number}.example.com:\n"
                                         + "".join(f"      {key}: {value}\n" for key, value in of(number))
                                         for number in numbers) for name, numbers in members.items()), encoding="utf-8")
    for group in range(GROUPS):
        write_file(place / "group_vars" / f"g{group}.yml", f"group_number: {group}\nports: [80, 443]\n")
    for role in range(ROLES):
        write_file(place / "roles" / f"r{role}" / "defaults" / "main.yml", f"directory: /etc/r{role}\n")
        write_file(place / "roles" / f"r{role}" / "tasks" / "main.yml", "".join(map(task, range(TASKS))))
        write_file(place / "roles" / f"r{role}" / "handlers" / "main.yml",
                   "- name: restart\n  service: {name: service, state: restarted}\n")
    roles = "".join(f"    - r{role}\n" for role in range(ROLES))
    write_file(place / "site.yml", f"- hosts: all\n  vars: {{owner: root}}\n  roles:\n{roles}")


def of(number: int) -> list[tuple[str, object]]:
    """Return the variables of a host."""
    return [("ansible_host", f"10.0.{number // 250}.{number % 250}"), ("rack", number % 40)]


def task(number: int) -> str:
    return (f"- name: The file {number}\n  copy:\n    content: \"{{{{ inventory_hostname }}}} {number}\\n\"\n"
            f"    dest: \"{{{{ directory }}}}/file{number}\"\n    owner: \"{{{{ owner }}}}\"\n    mode: \"0644\"\n"
            f"  when: rack != {number}\n  notify: restart\n  tags: [files, t{number}]\n")


def write_file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
