"""Which packages are locked, and the words for it."""

import pytest

from muster.target import holds


def test_locks_are_read_in_both_spellings_and_without_what_is_excluded(monkeypatch, tmp_path):
    monkeypatch.setattr(holds, "LOCKS", str(tmp_path / "list"))
    assert holds.locked() == []
    (tmp_path / "list").write_text(
        "# Added by hand\n\ndemo-0:1.0-1.*\n0:other-lib-2-1.noarch\n!bad-0:1-1.*\nphp*-0:8-1.*\n")
    assert holds.locked() == ["demo", "other-lib", "php*"]


@pytest.mark.parametrize("manager", ["apt", "dnf"])
def test_a_hold_is_told_in_the_same_words(manager):
    told = holds.stays(manager, "demo", "1.0", "1.1")
    assert told == "demo is held at 1.0 and does not become 1.1; " + holds.LET_GO[manager]
