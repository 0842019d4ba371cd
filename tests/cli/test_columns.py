from muster.cli.columns import columns


def test_columns_are_as_wide_as_their_widest_entry_and_lines_have_no_blanks_at_their_end():
    assert list(columns([("a", "bb", "c"), ("aaa", "b", "")])) == ["a    bb  c", "aaa  b"]
    assert list(columns([])) == []


def test_an_entry_that_is_too_long_pushes_only_its_own_row_apart():
    assert list(columns([("aaaaa", "b"), ("a", "b")], widest=3)) == ["aaaaa  b", "a    b"]
