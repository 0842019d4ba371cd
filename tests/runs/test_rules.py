"""The rules of the dialect, a directory each: what its playbook comes to is what it expects, sent ahead or not."""

from pathlib import Path

import pytest

from tests.runs.harness import carry_out, read_directory
from tests.runs.test_cases import check

DIRECTORIES = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.yml"))
RUNS = {f"{directory.name} {number}": run for directory in DIRECTORIES
        for number, run in enumerate(read_directory(directory), start=1)}

NUMBERED = [f"R{number:02}" for number in range(1, 47)]
# Rules that the reference of the dialect has without a number.
OTHERS = """
    where roles are found, names of handlers, keywords of includes, become, no_log, facts, merging, truth of conditions,
    types of arguments, mode, arguments on one line, command, lookups, YAML
"""


@pytest.mark.parametrize("name", RUNS)
def test_a_rule_holds_sent_ahead_and_step_by_step(name, tmp_path):
    ahead = carry_out(RUNS[name], tmp_path / "ahead")
    check(RUNS[name], ahead)
    steps = carry_out(RUNS[name], tmp_path / "steps", step_by_step=True)
    assert steps == ahead


def test_every_rule_of_the_dialect_is_shown_by_a_directory():
    shown = {rule for directory in DIRECTORIES for rule in read_directory(directory)[0]["rules"]}
    assert {*NUMBERED, *(rule.strip() for rule in OTHERS.split(","))} - shown == set()
