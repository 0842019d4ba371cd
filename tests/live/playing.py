"""Runs of the command on hosts of a lab, and what they came to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from muster.lab.lab import Lab

ROOT = Path(__file__).parents[2]


@dataclass
class Played:
    """A run: its exit code, its events as `--output jsonl` tells them, and what it said besides."""

    exit_code: int
    events: list[dict[str, Any]]
    said: str

    def result(self, host: str, task: str = "") -> dict[str, Any]:
        """What the last task (of this name) came to on a host."""
        found = [each["result"] for each in self.events
                 if each["event"] == "task_ended" and each["host"] == host and (not task or each["task"] == task)]
        assert found, self.said or self.events
        return found[-1]

    def status(self, host: str) -> str:
        """How the last task ended on a host: ok, changed, failed, unreachable."""
        return str([each["status"] for each in self.events
                    if each["event"] == "task_ended" and each["host"] == host][-1])

    @property
    def notes(self) -> list[str]:
        return [each["text"] for each in self.events if each["event"] == "note"]

    @property
    def output(self) -> str:
        return "".join(each["text"] for each in self.events if each["event"] == "output")


class Player:
    """Runs playbooks on a lab. Files are kept in `directory`, which is also the home of who runs them."""

    def __init__(self, lab: Lab, directory: Path) -> None:
        self.lab = lab
        self.directory = directory

    def inventory(self, hosts: Mapping[str, Mapping[str, Any]], **variables: Any) -> Path:
        """Write an inventory with the lab's variables, these on top; None takes one away."""
        known = {host.name: {"ansible_host": host.address} for host in self.lab.hosts}
        common = {**yaml.safe_load(self.lab.inventory_path.read_text())["all"]["vars"], **variables}
        content = {
            "vars": {name: value for name, value in common.items() if value is not None},
            "hosts": {name: {**known.get(name, {}), **own} for name, own in hosts.items()},
        }
        path = self.directory / "inventory.yml"
        path.write_text(yaml.safe_dump({"all": content}))
        return path

    def argv(self, tasks: Sequence[Mapping[str, Any]], hosts: Any, *options: str, play: Mapping[str, Any],
             **variables: Any) -> list[str]:
        names = [hosts] if isinstance(hosts, str) else hosts
        named = hosts if isinstance(hosts, Mapping) else {name: {} for name in names}
        book = self.directory / f"play-{len(list(self.directory.glob('play-*')))}.yml"
        content = [{"hosts": "all", "gather_facts": False, **play, "tasks": list(tasks)}]
        book.write_text(yaml.safe_dump(content, sort_keys=False))
        inventory = self.inventory(named, **variables)
        return [sys.executable, "-m", "muster", "run", str(book), "-i", str(inventory), *options]

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if name != "SSH_AUTH_SOCK"}
        return {**clean, "HOME": str(self.directory), "PYTHONPATH": str(ROOT), **more}

    def start(self, tasks: Sequence[Mapping[str, Any]], hosts: Any, *options: str,
              play: Mapping[str, Any] | None = None, env: Mapping[str, str] | None = None,
              **variables: Any) -> subprocess.Popen[str]:
        """Start a run and return its process; the rest as for `play`."""
        argv = self.argv(tasks, hosts, "--output", "jsonl", *options, play=play or {}, **variables)
        return subprocess.Popen(argv, cwd=ROOT, env=self.environment(env or {}), text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")

    def play(self, tasks: Sequence[Mapping[str, Any]], hosts: Any, *options: str, play: Mapping[str, Any] | None = None,
             env: Mapping[str, str] | None = None, **variables: Any) -> Played:
        """Run tasks and return what they came to.

        hosts: a name, names, or {name: variables of the host}
        play: keywords of the play
        variables: of all hosts, on top of the lab's own
        """
        return ended(self.start(tasks, hosts, *options, play=play, env=env, **variables))


def ended(process: subprocess.Popen[str]) -> Played:
    """Wait for a run's end."""
    output, errors = process.communicate(timeout=200)
    events = [json.loads(line) for line in output.splitlines()]
    return Played(process.returncode, events, errors)


def command(*argv: str, **keywords: Any) -> dict[str, Any]:
    return {"command": {"argv": list(argv)}, **keywords}
