"""What README shows works as it is shown."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOTD = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a playbook with one task and gives what the task came to, and the exit code."""
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "motd.py").write_text(MOTD)

    def run(task, *options):
        (tmp_path / "site.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [task]}]))
        argv = [sys.executable, "-m", "muster", "run", "site.yml", "-i", "localhost,", "-c", "local", "--output",
                "jsonl", *options]
        done = subprocess.run(argv, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
                              capture_output=True, text=True, check=False)
        ended = [json.loads(line) for line in done.stdout.splitlines() if '"task_ended"' in line]
        return done.returncode, ended[0]["status"] if ended else done.stderr

    return run


def test_the_task_type_of_ones_own_has_fifteen_lines():
    assert len(MOTD.splitlines()) == 15


def test_a_task_type_beside_the_playbook_runs_like_a_built_in_one(run, tmp_path):
    task = {"motd": {"text": "Hello", "path": str(tmp_path / "motd")}}
    assert run(task, "--check") == (0, "changed") and not (tmp_path / "motd").exists()
    assert run(task) == (0, "changed") and (tmp_path / "motd").read_text() == "Hello\n"
    assert run(task) == (0, "ok")


@pytest.mark.parametrize(("arguments", "words"), [({"txt": "Hello"}, 'motd has no argument "txt"'),
                                                  ({"path": "/nowhere"}, 'motd needs the argument "text"')])
def test_its_arguments_are_checked_before_the_run(run, arguments, words):
    code, said = run({"motd": arguments})
    assert code == 1 and words in said and "site.yml:1:" in said


@pytest.mark.parametrize(("text", "words"), [
    ("import nothing_of_the_kind\n", "cannot be loaded: ModuleNotFoundError"),
    ("def motd():\n    pass\n", "holds no function marked @task"),
])
def test_a_file_that_is_no_task_type_is_told(run, tmp_path, text, words):
    (tmp_path / "tasks" / "motd.py").write_text(text)
    code, said = run({"motd": {"text": "Hello"}})
    assert code == 1 and words in said and "tasks/motd.py" in said
