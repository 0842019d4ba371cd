"""What is installed with pip is as whole as the checkout: task types, roles and playbooks are in the wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_IN_THE_PROJECT = shutil.ignore_patterns(".git", ".venv*", "__pycache__", "*.egg-info", "build", "dist", ".*_cache")

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: A task type out of the wheel
      stat: {path: /}
      register: root
    - name: A role out of the wheel
      block:
        - include_role: {name: security_updates}
          vars: {security_updates_scope: everything}
      rescue:
        - assert:
            that: root.stat.isdir and "here everything" in ansible_failed_result.msg
"""


def run(*argv: str | Path, cwd: Path) -> str:
    argv = tuple(map(str, argv))
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the source distribution, and the wheel that was built from it."""
    directory = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source") / "muster"
    shutil.copytree(ROOT, source, ignore=NOT_IN_THE_PROJECT)
    run(sys.executable, "-m", "build", "--outdir", directory, source, cwd=directory)
    return directory


def files_of_the_library() -> set[str]:
    folders = ("tasks", "roles", "playbooks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts and path.name[0] != "."}


def test_the_wheel_has_every_task_type_role_and_playbook_and_the_data_of_the_packages(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    carried = {name.removeprefix("muster/_library/") for name in names if name.startswith("muster/_library/")}
    assert carried == files_of_the_library()
    data = {str(path.relative_to(ROOT)) for path in (ROOT / "muster").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts}
    assert data <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"muster"}


def test_the_source_distribution_can_run_every_chore(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"Makefile", "setup.cfg", "setup.py", "pyproject.toml", "ruff.toml", "LICENSE", "tests/test_wheel.py",
              "scripts/demo", "scripts/packages", ".ci/run"}
    assert wanted | files_of_the_library() <= names


def test_a_playbook_runs_from_anywhere_with_what_the_wheel_brought(dist: Path, tmp_path: Path) -> None:
    [wheel] = dist.glob("*.whl")
    python = tmp_path / "venv" / "bin" / "python"
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    work = tmp_path / "elsewhere"
    work.mkdir()
    (work / "site.yml").write_text(PLAYBOOK)
    run(python.with_name("muster"), "run", "site.yml", cwd=work)
    place = run(python, "-c", "from muster.library import root; print(root())", cwd=work).strip()
    assert place.startswith(str(tmp_path / "venv"))
    assert place.endswith("muster/_library")
