import os

import pytest

from muster.errors import Origin
from muster.model import Change, HostRescued, Key, Note, PlayStarted
from muster.report.gathered import Gathered
from muster.report.lines import (
    failure_lines,
    lost_line,
    note_lines,
    notes_again,
    place,
    play_lines,
    rescued_line,
    skipped_line,
    some,
    task_lines,
)
from muster.report.words import ASCII, View, width
from tests.report.scenario import ended


def text(lines):
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def task(*events, fleet=48, told=None, **view):
    made = Gathered(events[0])
    for event in events:
        made.add(event, View(**view))
    return text(task_lines(made, View(**view), fleet, set() if told is None else told))


def outcome(host, action="command", name="Do it", **values):
    return ended(host, 1, name, action, **values)


@pytest.mark.parametrize(("event", "view", "heading"), [
    (PlayStarted("Web", ("a", "b"), 0), View(), "Web · 2 hosts"),
    (PlayStarted("Web", ("a",), 0, 1, 3), View(), "Web · 1 host · batch 2 of 3"),
    (PlayStarted("Web", ("a",), 0), View(check=True, marks=ASCII), "Web - 1 host - check mode: nothing is changed"),
    (PlayStarted("Web\x1b[2J", (), 0), View(), "Web · no hosts: nothing to do"),
])
def test_a_play_says_its_name_and_its_hosts(event, view, heading):
    assert text(play_lines(event, view)) == ["", heading]


def test_a_task_is_one_line_with_its_counts():
    assert task(outcome("a"), outcome("b", changed=True)) == [
        "  changed     Do it                                         1 changed, 1 ok"]


def test_a_slow_task_says_how_long_it_took_and_a_stubborn_one_how_often_it_was_tried():
    assert task(outcome("a", seconds=1.2, attempts=3))[0].endswith("1 ok  3 attempts  1.2s")
    assert task(outcome("a", seconds=0.2), verbosity=2)[0].endswith("1 ok  0.2s")
    assert task(outcome("a", seconds=0.2))[0].endswith("1 ok")


def test_handlers_are_marked():
    assert task(outcome("a", handler=True))[0].startswith("  ok          handler: Do it   ")


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("name", ["Do it", "A name that goes on and on " * 5, "你好" * 50])
def test_on_a_terminal_a_task_takes_one_line_and_counts_are_never_cut(columns, name):
    [line] = task(outcome("a", name=name), outcome("b", changed=True, name=name), width=columns)
    assert width([(line, "")]) < columns
    assert line.endswith("1 changed, 1 ok")


def test_off_a_terminal_nothing_is_cut():
    assert "on and on " * 30 in task(outcome("a", name="on and on " * 30))[0]


def test_a_warning_is_told_once_in_a_run():
    told = set()
    event = outcome("a", warnings=["this is\nold"])
    assert task(event, told=told)[1:] == ["    warning: this is old (a)"]
    assert task(event, told=told)[1:] == []


def test_equal_changes_are_told_once_with_their_hosts():
    events = [outcome(f"web{number}", changes=[Change("mode", "0644", "0600")]) for number in range(1, 6)]
    events.append(outcome("db", changes=[Change("mode", "0640", "0600")]))
    assert task(*events, diff=True)[1:] == [
        "    changed on 5 hosts (web1..web5):", "      mode: 0644 → 0600", "    changed on db:",
        "      mode: 0640 → 0600"]


def test_without_diff_v_tells_changes_in_words():
    event = outcome("a", changes=[Change("mode", "0644", "0600")])
    assert task(event)[1:] == []
    assert task(event, verbosity=1)[1:] == ["    changed on a:", "      mode"]


def test_in_check_mode_the_words_say_so():
    lines = task(outcome("a", changes=[Change("create /a")]), diff=True, check=True)
    assert lines[0].startswith("  would change Do it ") and lines[1] == "    would change on a:"


def test_debug_needs_no_names_when_all_hosts_say_the_same():
    assert task(*(outcome(host, "debug", msg="x\ny") for host in "ab"), fleet=2)[1:] == ["    x", "    y"]
    assert task(outcome("a", "debug", msg="x"), outcome("b", "debug", msg="y\nz"), fleet=2)[1:] == [
        "    a: x", "    b:", "      y", "      z"]


def test_an_excused_failure_is_told_below_its_task():
    assert task(outcome("a", failed=True, fate="ignored", msg="no\nmore"))[1:] == [
        "    ignored on a: no  site.yml:11", "      more"]


def test_hosts_where_a_failure_came_again_are_told_below_its_task():
    events = [outcome(host, failed=True, msg="no\nmore") for host in ("a", "b", "c")]
    assert task(events[0])[1:] == []
    assert task(*events)[1:] == ["    also on b and c: no"]


def test_a_failure_says_task_host_place_and_why():
    event = outcome("web1", failed=True, msg="no")
    assert text(failure_lines(event, "no\nrc 1", View())) == [
        "  FAILED      Do it  on web1", "    site.yml:11", "    no", "    rc 1"]


def test_one_line_events():
    assert text(note_lines(Note("a", "one\ntwo"), View())) == ["  note        a: one", "              two"]
    assert text(note_lines(Note("", ""), View())) == ["  note"]
    assert text(notes_again({"x": ["a"], "y": ["a", "b", "c"]}, View())) == ["  note        also on b and c: y"]
    assert text([lost_line("a", "no connection", View())]) == ["  UNREACHABLE a  no connection"]
    assert text([rescued_line(HostRescued("a", Key(0, 0, (1,))), "Do it", View())]) == ["  rescued     Do it  on a"]
    assert text([skipped_line(1, View()), skipped_line(12, View(marks=ASCII))]) == [
        "  · 1 task skipped", "  - 12 tasks skipped"]


@pytest.mark.parametrize(("hosts", "fleet", "view", "words"), [
    (["a"], 1, View(), "a"),
    (["a", "b"], 2, View(), "all 2 hosts"),
    (["a", "b", "x"], 9, View(), "a, b and x"),
    (["a", "b", "c", "d", "e"], 9, View(), "5 hosts (a, b, c, …)"),
    (["a", "b", "c", "d", "e"], 9, View(verbosity=1), "5 hosts (a, b, c, d, e)"),
])
def test_hosts_are_named_as_far_as_that_helps(hosts, fleet, view, words):
    assert some(hosts, fleet, view) == words


def test_places_are_relative_to_where_the_reader_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert place(Origin(os.path.join(tmp_path, "roles", "a.yml"), 3, 5)) == "roles/a.yml:3"
    assert place(Origin("/elsewhere/a.yml", 3, 5)) == "/elsewhere/a.yml:3"
