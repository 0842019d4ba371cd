import pytest

from muster.report.words import (
    ASCII,
    UNICODE,
    View,
    clean,
    clock,
    columns,
    command_text,
    counts_line,
    duration,
    first_line,
    fit,
    hosts_phrase,
    joined,
    marks_for,
    message,
    one_line,
    plural,
    runs,
    shown_name,
    width,
)


@pytest.mark.parametrize(("text", "shown"), [
    ("plain text", "plain text"),
    ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("\x1b]0;a title\x07rest", "rest"),
    ("10%\r50%\r100%\ndone\r\n", "100%\ndone\n"),
    ("bell\x07 and \x9b csi", "bell\\x07 and \\x9b csi"),
    ("left\u202eright", "left\\x202eright"),
    ("\x1bc resets", "\\x1bc resets"),
    ("grüße, 你好", "grüße, 你好"),
])
def test_text_from_hosts_cannot_steer_the_terminal(text, shown):
    assert clean(text) == shown


def test_what_needs_one_line_gets_one():
    assert one_line("a\n  b\tc") == "a b c"
    assert first_line("\n  \n  here\nthere") == "here"
    assert first_line("") == ""


@pytest.mark.parametrize(("values", "reason"), [
    ({"msg": "no"}, "no"),
    ({"censored": "hidden", "msg": "secret"}, "hidden"),
    ({"msg": ""}, "failed without a message"),
    ({"msg": "x", "results": [{"failed": True, "msg": "one"}, {"changed": True}]}, "one"),
    ({"msg": "x", "results": [{"failed": True, "msg": "one\nmore"}, {"failed": True}]},
     "2 items failed, the first with: one"),
    ({"msg": "whole", "results": ["rpm"]}, "whole"),
])
def test_the_reason_of_a_failure_is_found(values, reason):
    assert message(values) == reason


@pytest.mark.parametrize(("hosts", "phrase"), [
    (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (["a", "b", "c", "d"], "a, b and 2 more"),
])
def test_many_hosts_are_a_few_names_and_a_number(hosts, phrase):
    assert hosts_phrase(hosts) == phrase


@pytest.mark.parametrize(("hosts", "parts"), [
    ([], []),
    (["web1", "web2"], ["web1", "web2"]),
    (["web1", "web2", "web3", "db1"], ["web1..web3", "db1"]),
    (["web08", "web09", "web10"], ["web08..web10"]),
    (["web8", "web9", "web10"], ["web8..web10"]),
    (["web08", "web9", "web10"], ["web08", "web9", "web10"]),
    (["n1.example.org", "n2.example.org", "n3.example.org"], ["n1.example.org..n3.example.org"]),
    (["a1-1", "a2-1", "a3-1"], ["a1-1", "a2-1", "a3-1"]),
    (["one", "two", "three"], ["one", "two", "three"]),
])
def test_numbered_hosts_in_a_row_are_told_as_one(hosts, parts):
    assert runs(hosts) == parts


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0.0s"), (1.24, "1.2s"), (9.96, "10s"), (41.2, "41s"), (59.6, "1m 00s"), (192, "3m 12s"), (3700, "1h 01m"),
])
def test_durations_have_two_digits_that_matter(seconds, text):
    assert duration(seconds) == text


def test_a_running_time_counts_up():
    assert [clock(0.9), clock(72), clock(3672)] == ["0:00", "1:12", "1:01:12"]


def test_counts_come_worst_first_and_without_zeros():
    line = counts_line({"ok": 44, "failed": 1, "changed": 3, "skipped": 0}, View())
    assert "".join(text for text, _ in line) == "1 failed, 3 changed, 44 ok"
    assert ("1 failed", "failed") in line and ("44 ok", "quiet") in line


def test_in_check_mode_nothing_has_changed_yet():
    assert counts_line({"changed": 3}, View(check=True)) == [("3 would change", "changed")]
    assert View(check=True).word("failed") == "failed"
    for check, words in ((False, "unreachable"), (True, "would change")):
        assert View(check=check).status_column > len(words)


@pytest.mark.parametrize(("text", "size", "shown"), [
    ("short", 10, "short"), ("exactly", 7, "exactly"), ("much too long", 8, "much to…"),
    ("cut at a blank", 8, "cut at…"), ("你好你好", 5, "你好…"), ("anything", 0, ""),
])
def test_text_is_cut_to_columns(text, size, shown):
    assert fit(text, size, UNICODE) == shown
    assert columns(shown) <= size


def test_names_are_cut_on_terminals_only():
    name = "a name that\nis long " + "x" * 100
    assert shown_name(name, View(), 10) == one_line(name)
    assert len(shown_name(name, View(width=40, marks=ASCII), 10)) == 30
    assert shown_name(name, View(width=40, marks=ASCII), 10).endswith("..")


def test_wide_and_combining_characters_are_measured():
    assert width([("ab", ""), ("你", ""), ("e\u0301", "")]) == 5


@pytest.mark.parametrize(("encoding", "marks"), [
    ("UTF-8", UNICODE), ("utf_8", UNICODE), ("utf8", UNICODE), (None, UNICODE), ("ascii", ASCII), ("iso8859-1", ASCII),
    ("ANSI_X3.4-1968", ASCII),
])
def test_terminals_that_are_not_utf8_get_ascii(encoding, marks):
    assert marks_for(encoding) is marks


def test_small_words():
    assert [plural(1, "host"), plural(2, "host"), joined(["a"])] == ["1 host", "2 hosts", "a"]
    assert command_text(["echo", "a b"]) == "echo 'a b'"
    assert command_text("echo a | cat") == "echo a | cat"
