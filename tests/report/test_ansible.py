import io
import re

import pytest

from muster.model import Change, HostLeft, Note, PlayEnded, PlayStarted, Retried
from muster.report.ansible import AnsibleLines, heading
from tests.report.scenario import ended, fleet_run, started
from tests.report.texts import CASES, FOLDER, told


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("ansible")])
def test_the_small_run_reads_as_agreed(name):
    assert told(CASES[name]) == (FOLDER / name).read_text(encoding="utf-8")


def lines(*events, hosts=("a",), finish=False, **options):
    """Return what is written below the heading of the play."""
    stream = io.StringIO()
    report = AnsibleLines(stream, ["muster"], **options)
    report.take(PlayStarted("Play", hosts, 0))
    for event in events:
        report.take(event)
    if finish:
        report.finish()
    return stream.getvalue().split("\n")[2:-1]


def task(action="command", verbosity=0, diff=False, **values):
    """Return what is written below the heading of the task."""
    return lines(ended("a", 1, "Do it", action, **values), verbosity=verbosity, diff=diff)[2:]


# The shapes were seen in the output of ansible-core 2.19.14.
@pytest.mark.parametrize(("values", "wanted"), [
    ({}, ["ok: [a]"]),
    ({"changed": True}, ["changed: [a]"]),
    ({"skipped": True}, ["skipping: [a]"]),
    ({"failed": True, "msg": "no"}, ['fatal: [a]: FAILED! => {"changed": false, "msg": "no"}']),
    ({"failed": True, "msg": "no", "fate": "ignored"},
     ['fatal: [a]: FAILED! => {"changed": false, "msg": "no"}', "...ignoring"]),
    ({"unreachable": True, "msg": "no"},
     ['fatal: [a]: UNREACHABLE! => {"changed": false, "msg": "no", "unreachable": true}']),
    ({"labels": ("x", "y"), "results": [{"changed": True}, {}]}, ["changed: [a] => (item=x)", "ok: [a] => (item=y)"]),
    ({"labels": ("x",), "failed": True, "results": [{"failed": True, "msg": "no"}]},
     ['failed: [a] (item=x) => {"msg": "no"}']),
    ({"labels": ("x",), "failed": True, "fate": "ignored", "results": [{"failed": True, "msg": "no"}]},
     ['failed: [a] (item=x) => {"msg": "no"}', "...ignoring"]),
    ({"labels": ("x",), "skipped": True, "results": [{"skipped": True}]},
     ["skipping: [a] => (item=x) ", "skipping: [a]"]),
    ({"action": "debug", "msg": "hi"}, ["ok: [a] => {", '    "msg": "hi"', "}"]),
    ({"action": "debug", "port": 80}, ["ok: [a] => {", '    "port": 80', "}"]),
    ({"verbosity": 1, "rc": 0}, ['ok: [a] => {"changed": false, "rc": 0}']),
    ({"censored": "hidden"}, ["ok: [a]"]),
    ({"censored": "hidden", "verbosity": 1}, ['ok: [a] => {"censored": "hidden", "changed": false}']),
    ({"censored": "hidden", "failed": True},
     ['fatal: [a]: FAILED! => {"censored": "hidden", "changed": false}']),
    ({"action": "assert"}, ["ok: [a]"]),
    ({"action": "assert", "msg": "fine"}, ["ok: [a] => {", '    "changed": false,', '    "msg": "fine"', "}"]),
    ({"action": "assert", "msg": "no", "failed": True},
     ["fatal: [a]: FAILED! => {", '    "changed": false,', '    "msg": "no"', "}"]),
    ({"action": "assert", "skipped": True}, ["skipping: [a]"]),
    ({"action": "debug", "b": 1, "a": {"d": 1, "c": 2}},
     ["ok: [a] => {", '    "a": {', '        "c": 2,', '        "d": 1', "    },", '    "b": 1', "}"]),
    ({"delegate": "db", "changed": True}, ["changed: [a -> db]"]),
    ({"delegate": "db", "failed": True}, ['fatal: [a -> db]: FAILED! => {"changed": false}']),
    ({"warnings": ["old"]}, ["[WARNING]: old", "ok: [a]"]),
])
def test_each_outcome_has_the_shape_that_ansible_gives_it(values, wanted):
    assert task(**values) == wanted


# Seen with display_skipped_hosts = no and display_ok_hosts = no there.
@pytest.mark.parametrize(("hidden", "values", "wanted"), [
    ("skipped", {"skipped": True}, []),
    ("skipped", {}, ["", heading("TASK [Do it]"), "ok: [a]"]),
    ("skipped", {"labels": ("x", "y"), "results": [{"skipped": True}, {"changed": True}]},
     ["", heading("TASK [Do it]"), "changed: [a] => (item=y)"]),
    ("skipped", {"labels": ("x",), "skipped": True, "results": [{"skipped": True}]}, []),
    ("ok", {}, []),
    ("ok", {"action": "debug", "msg": "hi"}, []),
    ("ok", {"skipped": True}, ["", heading("TASK [Do it]"), "skipping: [a]"]),
    ("ok", {"changed": True}, ["", heading("TASK [Do it]"), "changed: [a]"])])
def test_outcomes_that_nobody_wants_to_see_are_not_told_nor_headings_without_any(hidden, values, wanted):
    action = values.pop("action", "command")
    assert lines(ended("a", 1, "Do it", action, **values), hidden=(hidden,)) == wanted


def test_what_is_included_is_told_once_for_all_hosts_that_included_it():
    def include(host, **values):
        return ended(host, 1, "Go on", "include_tasks", **values)

    looped = [{"include": "/x.yml", "item": 1}, {"skipped": True, "item": 2}]
    events = [include("b", include="/x.yml"), include("c", results=looped, labels=("1", "2")),
              include("a", include="/x.yml"), include("d", skipped=True)]
    assert lines(*events, PlayEnded(0, 0), hosts=("a", "b", "c", "d"))[2:] == [
        "included: /x.yml for a, b", "included: /x.yml for c => (item=1)", "skipping: [c] => (item=2) ",
        "skipping: [d]"]


def test_attempts_that_came_to_nothing_are_told_before_the_outcome():
    key = ended("a", 1, "Wait").key
    events = [Retried("a", key, "Wait", 2), Retried("a", key, "Wait", 1), ended("a", 1, "Wait", attempts=3)]
    assert lines(*events)[2:] == ["FAILED - RETRYING: [a]: Wait (2 retries left).",
                                  "FAILED - RETRYING: [a]: Wait (1 retries left).", "ok: [a]"]


def test_a_diff_comes_before_its_task_and_changes_without_text_have_none():
    changes = [Change("write /a", "x\n", "y\n"), Change("restart b")]
    assert task(changes=changes, diff=True) == [
        "--- before", "+++ after: write /a", "@@ -1 +1 @@", "-x", "+y", "", "changed: [a]"]
    assert task(changes=changes) == ["changed: [a]"]
    assert task(changes=changes, shows=True)[0] == "--- before"  # The task itself asked for it.


def test_a_task_is_told_whole_with_its_hosts_in_the_order_of_the_play():
    events = [ended("b", 1, "One"), ended("b", 2, "Two"), started("a", 1, "One")]
    assert lines(*events, hosts=("a", "b")) == []
    made = lines(*events, ended("a", 1, "One"), hosts=("a", "b"))
    assert [line.rstrip("* ") for line in made] == ["", "TASK [One]", "ok: [a]", "ok: [b]"]
    assert [line.rstrip("* ") for line in lines(*events, PlayEnded(0, 0), hosts=("a", "b"))] == [
        "", "TASK [One]", "ok: [b]", "", "TASK [Two]", "ok: [b]"]


def test_handlers_have_a_heading_of_their_own():
    assert lines(ended("a", 1, "Restart", handler=True))[1].startswith("RUNNING HANDLER [Restart] ***")


def test_a_host_that_is_lost_between_tasks_is_told():
    assert lines(HostLeft("a", 0, "unreachable")) == [
        'fatal: [a]: UNREACHABLE! => {"changed": false, "msg": "no connection", "unreachable": true}']


def test_a_play_without_hosts_and_notes_are_told():
    assert lines(Note("a", "late"), hosts=()) == ["skipping: no hosts matched", "[NOTE]: a: late"]


def test_headings_are_as_wide_as_off_a_terminal_and_end_in_stars_always():
    assert len(heading("PLAY [x]")) == 80 and heading("PLAY [x]").endswith("]" + " " + "*" * 71)
    assert heading("x" * 100) == "x" * 100 + " ***"


def test_the_recap_is_what_parsers_look_for():
    events = [event for _, event in fleet_run()]
    stream = io.StringIO()
    report = AnsibleLines(stream, ["muster"])
    for event in events:
        report.take(event)
    report.finish()
    recap = stream.getvalue().partition("\nPLAY RECAP ")[2].splitlines()[1:-1]
    pattern = re.compile(r"(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)\s+skipped=(\d+)\s+"
                         r"rescued=(\d+)\s+ignored=(\d+)\s+")
    rows = {found[1]: tuple(map(int, found.groups()[1:])) for found in map(pattern.fullmatch, recap)}
    assert len(rows) == 48 and list(rows) == sorted(rows)
    assert (rows["web41"], rows["web03"], rows["web07"], rows["web15"]) == (
        (5, 2, 1, 0, 5, 0, 0), (7, 1, 0, 1, 5, 0, 0), (15, 3, 0, 0, 5, 0, 1), (15, 3, 0, 0, 5, 1, 0))
