import pytest

from muster.model import Change
from muster.report.diff import change_lines, unified
from muster.report.words import ASCII, UNICODE


def text(changes, diff=True, marks=UNICODE):
    return ["".join(text for text, _ in line) for line in change_lines(changes, marks, diff)]


def test_without_diff_a_change_is_its_words():
    assert text([Change("create /a", "", "x\n"), Change("run b")], diff=False) == ["create /a", "run b"]


def test_short_values_are_told_in_one_line():
    change = Change("set the mode of /a to 0600", "0644", "0600")
    assert text([change]) == ["set the mode of /a to 0600: 0644 → 0600"]
    assert text([change], marks=ASCII) == ["set the mode of /a to 0600: 0644 -> 0600"]


def test_text_is_a_unified_diff_with_colours():
    lines = list(change_lines([Change("write /a", "one\ntwo\n", "one\n2\n")], UNICODE, True))
    assert lines == [[("write /a", "")], [("@@ -1,2 +1,2 @@", "hunk")], [(" one", "quiet")], [("-two", "removed")],
                     [("+2", "added")]]


def test_a_new_file_is_all_added_and_words_of_many_lines_take_one():
    assert text([Change("write\n/a", None, "x\n")]) == ["write /a", "@@ -0,0 +1 @@", "+x"]
    assert text([Change("remove /a", "x\ny\n", None)]) == ["remove /a", "@@ -1,2 +0,0 @@", "-x", "-y"]


@pytest.mark.parametrize(("before", "after", "lines"), [
    ("a\n", "a", ["-a", "+a", "\\ No newline at end of file"]),
    ("a\r\n", "a\n", ["-a\\r", "+a"]),
    ("a\x0cb\n", "a\x0cc\n", ["-a\x0cb", "+a\x0cc"]),
])
def test_differences_that_cannot_be_seen_are_shown(before, after, lines):
    assert list(unified(before, after))[1:] == lines


def test_escape_sequences_in_files_do_not_reach_the_terminal():
    assert text([Change("write /a", "a\nb\n", "a\n\x1b[31mb\n")])[-1] == "+b"


def test_no_difference_is_no_lines():
    assert list(unified("a\n", "a\n")) == []


@pytest.mark.parametrize(("context", "lines"), [(0, ["-c", "+C"]), (1, [" b", "-c", "+C", " d"])])
def test_as_many_lines_are_around_what_differs_as_are_asked_for(context, lines):
    before, after = "a\nb\nc\nd\ne\n", "a\nb\nC\nd\ne\n"
    assert list(unified(before, after, context))[1:] == lines
    made = list(change_lines([Change("write /a", before, after)], UNICODE, True, context))
    assert ["".join(text for text, _ in line) for line in made][2:] == lines
