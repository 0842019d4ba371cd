"""What a mistake in the input leads to: an exit code, and a message that says what, where, and what to do."""

import pytest

from tests.cli.harness import CASES, carry_out


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_told_as_its_case_says(name, tmp_path, capsys):
    case = CASES[name]
    code, printed = carry_out(case, tmp_path, capsys)
    assert printed == case["says"]
    assert code == case.get("exit", 1)


def test_no_mistake_ends_in_a_traceback_or_is_taken_for_a_bug():
    assert not [name for name, case in CASES.items() if "Traceback" in case["says"] or case.get("exit") == 250]


def test_every_error_in_a_file_shows_the_line_and_a_caret():
    """Where the place is known there is `file:line:column`, the line, and a caret under that column."""
    for name, case in CASES.items():
        lines = case["says"].splitlines()
        place = lines[0].removeprefix("error: ").split(": ")[0].split(":")
        if lines[0].startswith("error: ") and len(place) == 3:
            assert lines[2].index("^") == int(place[2]) + 1, name
