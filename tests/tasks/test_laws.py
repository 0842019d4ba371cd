"""Every case of every task type, from `cases/NAME.yml`; see laws.py for what one is, and what must hold of it."""

import base64
import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.tasks.laws import hold, lacking

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]

# Task types without cases, and where their tests are instead.
ELSEWHERE = {
    "boot_id": "it has no arguments, and what it tells is another on every host: test_boot_id.py",
    "pending_updates": "what is pending is made up of many commands of package managers: test_pending_updates.py",
    "reboot": "it starts what boots the machine, by no command: test_reboot.py",
    "security_update": "what is pending is made up of many commands of package managers: test_security_update.py",
}


def cases():
    for file in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(file.read_text()):
            yield file.stem, case


def as_json(real: bool = True) -> str:
    """Return the cases as the laws take them on a host.

    real: those too that run the programs of the host, which take as long as all others together
    """
    some = [each for each in cases() if real or "real" not in each[1]]
    return json.dumps(some, default=lambda data: {"base64": base64.b64encode(data).decode()})


@functools.cache
def pythons() -> list[str]:
    """Return a Python of each version from 3.6 on that this machine has, the oldest first."""
    root = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    names = [shutil.which(f"python3.{number}") for number in range(6, 30)]
    found = {}
    for path in [*filter(None, names), *map(str, root.glob("versions/*/bin/python3"))]:
        told = subprocess.run([path, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True,
                              text=True, check=False)
        version = tuple(map(int, told.stdout.split()))  # What stands in for a Python that is not there says nothing.
        if version >= (3, 6):
            found[version] = path
    return [found[version] for version in sorted(found)]


@pytest.fixture(autouse=True)
def plain_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("task_type", "case"), [pytest.param(*each, id=f"{each[0]}: {each[1]['name']}") for each in cases()])
def test_case(task_type, case, tmp_path):
    if lacking(case):
        pytest.skip(f"needs {', '.join(lacking(case))}")
    hold(task_type, case, str(tmp_path))


def test_every_task_type_has_cases_or_a_reason_to_have_none():
    without = {path.stem for path in (ROOT / "tasks").glob("*.py")} - {path.stem for path in CASES.glob("*.yml")}
    assert sorted(without) == sorted(ELSEWHERE)
    assert all((CASES.parent / why.split()[-1]).is_file() for why in ELSEWHERE.values())


@pytest.mark.parametrize("which", [0, -1], ids=["oldest", "newest"])
def test_the_laws_hold_with_the_oldest_and_the_newest_python(which):
    # The programs of this machine are the same whatever Python asks them.
    told = subprocess.run([pythons()[which], "-B", "-m", "tests.tasks.laws"], cwd=ROOT, input=as_json(real=False),
                          capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-5000:] + told.stderr


def test_a_case_is_left_out_where_its_programs_are_not_there_and_that_is_told():
    case = [["file", {"name": "no such program", "real": ["no-such-program"], "task": {}}]]
    told = subprocess.run([sys.executable, "-m", "tests.tasks.laws"], cwd=ROOT, input=json.dumps(case),
                          capture_output=True, text=True, check=True)
    assert told.stdout == "file: no such program: left out for want of no-such-program\n"


def test_a_case_that_does_not_hold_is_told():
    wrong = [["file", {"name": "no such thing", "task": {"path": "ROOT/a", "state": "touch"}, "changes": []}]]
    told = subprocess.run([sys.executable, "-m", "tests.tasks.laws"], cwd=ROOT, input=json.dumps(wrong),
                          capture_output=True, text=True, check=False)
    assert told.returncode == 1 and "file: no such thing" in told.stdout
