"""Task types on hosts that have the real programs; what is tried is in `task_types.yml`.

An entry there is a mapping:

    name: a sentence
    hosts: words that the names of the hosts hold on which it is tried; without it, on all
    before: shell commands that make the host ready for it
    task: {TASK TYPE: ARGUMENTS}, under their own names and with values of the right types
    fails: regular expression for the message, where the task shall fail
    shows: {SHELL COMMAND: regular expression for what it prints afterwards}

Each is performed as the laws want it (`Far.ensure`): foretold in check mode, done, and done again without a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from muster.lab.lab import Lab
from tests.live.far import Far

pytestmark = pytest.mark.live

ENTRIES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "task_types.yml").read_text(encoding="utf-8"))
HOSTS = ["debian-1", "amazon-1", "ubuntu1804-1", "ubuntu2404-1"]


@pytest.fixture(params=HOSTS)
def far(request: pytest.FixtureRequest) -> Iterator[tuple[str, Far]]:
    lab: Lab = request.getfixturevalue("ubuntu" if request.param.startswith("ubuntu") else "fleet")
    with Far(lab, request.param) as far:
        yield request.param, far


def test_they_do_on_a_host_what_they_say(far: tuple[str, Far]) -> None:
    host, agent = far
    entries = [each for each in ENTRIES if any(word in host for word in each.get("hosts", [host]))]
    faults = [f"{entry['name']}: {fault}" for entry in entries for fault in faults_of(entry, agent)]
    assert not faults, "\n".join(faults)


def faults_of(entry: dict[str, Any], far: Far) -> Iterator[str]:
    """Yield what is not as an entry says."""
    ((task, arguments),) = entry["task"].items()
    try:
        if "before" in entry:
            far.run("sh", "-ec", entry["before"])
        if "fails" in entry:
            failure = far.call(task, **arguments)
            if not failure["failed"] or not re.search(entry["fails"], failure["msg"]):
                yield f"it did not fail as it should: {failure}"
        else:
            far.ensure(task, **arguments)
        for shell, expression in entry.get("shows", {}).items():
            said = far.run("sh", "-c", shell)
            if not re.search(expression, said):
                yield f"{shell} prints {said!r}"
    except AssertionError as error:
        yield str(error)
