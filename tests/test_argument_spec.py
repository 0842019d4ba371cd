from pathlib import Path

import pytest
import yaml

from muster.argument_spec import problems
from muster.errors import PlanError

CASES = yaml.safe_load((Path(__file__).parent / "argument_spec.yml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["wrong"] or case["given"])[:60])
def test_what_is_wrong_with_arguments(case):
    assert problems(case["options"], case["given"]) == case["wrong"]


def test_a_specification_that_is_none_is_told():
    with pytest.raises(PlanError, match="the specification of a is no mapping, but 5"):
        problems({"a": 5}, {"a": 1})
