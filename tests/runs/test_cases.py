"""Whole playbooks, each carried out sent ahead and step by step: the outcome is what the case says, both times."""

from pathlib import Path

import pytest

from tests.runs.harness import carry_out, read_cases

CASES = {f"{path.stem}: {name}": case for path in sorted((Path(__file__).parent / "cases").glob("*.yml"))
         for name, case in read_cases(path).items()}


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def test_a_playbook_does_what_its_case_says_sent_ahead_and_step_by_step(case, tmp_path):
    ahead = carry_out(case, tmp_path / "ahead")
    check(case, ahead)
    steps = carry_out(case, tmp_path / "steps", step_by_step=True)
    assert steps.events == ahead.events
    assert steps.values == ahead.values
    assert steps.tree == ahead.tree
    assert steps.exit == ahead.exit


def check(case, outcome):
    """Compare an outcome with what the case says of it."""
    for host, wanted in case.get("events", {}).items():
        assert outcome.events.get(host, []) == wanted, host
    for host, wanted in case.get("says", {}).items():
        for name, text in wanted.items():
            told = [str(values) for task, _, values, *_ in outcome.values[host] if task == name]
            assert any(text in each for each in told), (name, told)
    for host, wanted in case.get("changes", {}).items():
        for name, change in wanted.items():
            assert [changes for task, *_, changes in outcome.values[host] if task == name] == [change]
    for path, text in case.get("tree", {}).items():
        assert outcome.tree.get(path) == text, path
    assert outcome.exit == case.get("exit", 0), outcome.events
