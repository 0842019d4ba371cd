"""The law of sending ahead: the outcome is exactly as if tasks had run one by one. Playbooks made at random obey it."""

import os

import pytest

from tests.runs.harness import carry_out
from tests.runs.random_playbook import Maker

# MUSTER_SEEDS=100:400 tries as many as there is time for.
FIRST, _, LAST = os.environ.get("MUSTER_SEEDS", "1:9").partition(":")


@pytest.mark.parametrize("seed", range(int(FIRST), int(LAST)))
def test_a_playbook_sent_ahead_ends_as_it_does_step_by_step(seed, tmp_path):
    case = {"hosts": ["a", "b"], "playbook": Maker(seed).playbook()}
    ahead = carry_out(case, tmp_path / "ahead")
    steps = carry_out(case, tmp_path / "steps", step_by_step=True)
    assert ahead.events == steps.events, case["playbook"]
    assert ahead.values == steps.values, case["playbook"]
    assert ahead.tree == steps.tree
    assert ahead.exit == steps.exit
