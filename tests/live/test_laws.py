"""The cases of all task types on the lab's hosts, each with the Python that it has; 3.6 is the oldest."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.lab.lab import Lab
from tests.tasks.test_laws import ROOT, as_json

pytestmark = pytest.mark.live

PARTS = ["muster/__init__.py", "muster/target", "tasks", *(f"tests/tasks/{name}.py" for name in
                                                           ("laws", "harness", "scripted", "accounts", "served"))]


@pytest.fixture(params=["debian-1", "amazon-1", "ubuntu1804-1", "ubuntu2404-1"])
def host(request: pytest.FixtureRequest) -> Iterator[tuple[Lab, str]]:
    """A host on which the laws are, in /root/laws."""
    lab: Lab = request.getfixturevalue("ubuntu" if request.param.startswith("ubuntu") else "fleet")
    place = lab.host(request.param).root / "root" / "laws"
    for part in PARTS:
        copy(ROOT / part, place / part)
    yield lab, request.param
    shutil.rmtree(place)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def test_the_laws_hold_on_hosts(host: tuple[Lab, str]) -> None:
    lab, name = host
    argv = [*lab.host(name).enter_command(), "sh", "-c", "cd /root/laws && python3 -B -m tests.tasks.laws"]
    told = subprocess.run(argv, input=as_json(), capture_output=True, text=True, check=False)
    assert told.returncode == 0, re.sub(".*: left out for want of .*\n", "", told.stdout)[:5000] + told.stderr
