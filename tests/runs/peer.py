"""Runs the directories of cases with ansible-playbook, and prints where it comes to something else than they expect.

    python -m tests.runs.peer PATH-OF-ANSIBLE-PLAYBOOK [NAME-OF-DIRECTORY...]

Statuses of tasks by host, rescues, files in the scratch directory and the exit code are compared; a run that says
`differs: reason` is one where muster differs on purpose, and is only told of if it does not. The version that the cases
were measured with is 2.19.
"""

import collections
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.runs.harness import read_directory
from tests.runs.test_rules import DIRECTORIES

HERE = Path(__file__).parent
# Words of a case's options, and what ansible-playbook calls them.
FLAGS = {"check": "--check", "diff": "--diff", "force_handlers": "--force-handlers", "become": "--become"}
LISTS = {"tags": "--tags", "skip_tags": "--skip-tags"}
TEXTS = {"limit": "--limit", "start_at": "--start-at-task"}


def main(program, *names):
    """Run the directories (all of them unless some are named) and return the number of those that differ."""
    different, program = 0, os.path.abspath(program)
    for directory in DIRECTORIES:
        if names and directory.name not in names:
            continue
        for number, case in enumerate(read_directory(directory), start=1):
            found = differences(case, program)
            different += bool(found) != ("differs" in case)
            if found and "differs" in case:
                print(f"{directory.name} {number}: differs, as it says: {case['differs']}")
            elif found or "differs" in case:
                print(f"{directory.name} {number}: " + ("\n    ".join(found) or "differs no longer"))
    print(f"{different} run(s) came to something else than expected")
    return different


def differences(case, program):
    """Run one case and return the differences in words."""
    with tempfile.TemporaryDirectory() as scratch:
        events, rescued, code, output = outcome(case, program, scratch)
        left = {str(path.relative_to(scratch)): path.read_text() for path in Path(scratch).rglob("*") if path.is_file()}
    found = []
    for host, wanted in case.get("events", {}).items():
        told = [each for each in wanted if each != "rescued" and not each.startswith("left ") and not is_meta(each)]
        if events.get(host, []) != told:
            found.append(f"{host}: expected {told}\n    {' ' * len(host)}  it came to {events.get(host, [])}")
        if rescued.get(host, 0) != wanted.count("rescued"):
            found.append(f"{host}: rescued {rescued.get(host, 0)} time(s), expected {wanted.count('rescued')}")
    for path, text in case.get("tree", {}).items():
        if left.get(path) != text:
            found.append(f"{path}: expected {text!r}, there is {left.get(path)!r}")
    if code != case.get("exit", 0):
        found.append(f"exit code {code}, expected {case.get('exit', 0)}")
    return [*found, output] if found and os.environ.get("VERBOSE") else found


def is_meta(event):
    """Tell whether an event is one of `meta`, of which ansible-playbook says nothing."""
    return event.partition(" ")[2].rpartition(" : ")[2] == "meta"


def outcome(case, program, scratch):
    """Run a case; return its events {host: [...]}, rescues {host: number}, exit code and what was printed."""
    with tempfile.TemporaryDirectory() as around:
        noted, configuration = Path(around) / "outcomes", Path(around) / "ansible.cfg"
        noted.touch()
        configuration.touch()
        settings = {"OUTCOMES": str(noted), "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
                    "ANSIBLE_CALLBACKS_ENABLED": "outcomes", "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
                    "ANSIBLE_HOME": around, "ANSIBLE_CONFIG": str(configuration), "ANSIBLE_RETRY_FILES_ENABLED": "0"}
        ran = subprocess.run(command(case, program, scratch), env={**os.environ, **settings}, cwd=scratch,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in noted.read_text().splitlines()]
    events, rescued = collections.defaultdict(list), {}
    for line in lines:
        if "rescued" in line:
            rescued[line["host"]] = line["rescued"]
        elif line["action"].rpartition(".")[2] != "meta":
            events[line["host"]].append(f"{line['status']} {line['name']}")
    return events, rescued, ran.returncode, ran.stdout + ran.stderr


def command(case, program, scratch):
    """Return the command line of a case."""
    options = case.get("options", {})
    words = [program, "-i", str(case["directory"] / "hosts.ini"), str(case["directory"] / "playbook.yml")]
    words += [flag for word, flag in FLAGS.items() if options.get(word)]
    words += [part for word, flag in LISTS.items() if options.get(word) for part in (flag, ",".join(options[word]))]
    words += [part for word, flag in TEXTS.items() if word in options for part in (flag, options[word])]
    return [*words, "-e", json.dumps({"scratch": scratch, **options.get("extra", {})})]


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
