"""What tests of inventories share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from muster.config import Config
from muster.config.config import Found
from muster.inventory import gather
from muster.model import Host, Inventory

CASES = Path(__file__).parent / "cases"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes `case_of_FILE` the cases of cases/FILE.yml, each under its name."""
    for argument in metafunc.fixturenames:
        if argument.startswith("case_of_"):
            cases = yaml.safe_load((CASES / f"{argument.removeprefix('case_of_')}.yml").read_text())
            metafunc.parametrize(argument, cases, ids=[each["name"] for each in cases])


class Project:
    """A directory with inventories and what stands beside them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def path(self, name: str) -> str:
        return str(self.directory / name)

    def gather(self, *sources: str, playbook: str | None = None, **settings: Any) -> Inventory:
        config = Config(found={word: Found(value, None) for word, value in settings.items()})
        return gather([self.path(each) for each in sources], None if playbook is None else self.path(playbook), config)

    def ini(self, text: str) -> Inventory:
        self.write({"hosts.ini": text})
        return self.gather("hosts.ini")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def effective(host: Host) -> dict[str, Any]:
    """Return {name: value}, the highest layer winning."""
    return {name: value for layer in host.layers for name, value in layer.values.items()}


@pytest.fixture
def variables() -> Any:
    return effective
