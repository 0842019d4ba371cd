import io

import pytest

from muster.model import HostLeft, HostRescued, Key, Note, PlayEnded, PlayStarted
from muster.report.plain import Plain
from muster.report.words import View
from tests.report.scenario import ended, fleet_run, started
from tests.report.texts import CASES, FOLDER, told


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("plain")])
def test_the_small_run_reads_as_agreed(name):
    assert told(CASES[name]) == (FOLDER / name).read_text(encoding="utf-8")


def report(*events, hosts=("a", "b"), finish=False, stream=None, **view):
    stream = stream or io.StringIO()
    made = Plain(View(**view), stream, ["muster"], now=lambda: 0.0)
    made.take(PlayStarted("Play", hosts, 0))
    for event in events:
        made.take(event)
    if finish:
        made.finish()
    return stream.getvalue().splitlines()[2:] if isinstance(stream, io.StringIO) else []


def test_a_failure_is_told_the_moment_it_happens_though_others_are_behind():
    lines = report(ended("a", 1, "First"), ended("a", 2, "Second", failed=True, msg="no"))
    assert lines == ["  FAILED      Second  on a", "    site.yml:12", "    no"]


def test_a_line_waits_for_every_host_and_is_then_told_at_once():
    first = [ended("a", 1, "First"), started("b", 1, "First")]
    assert report(*first) == []
    assert report(*first, ended("b", 1, "First"))[0].split() == ["ok", "First", "2", "ok"]
    assert report(*first, HostLeft("b", 0, "failed"))[0].split() == ["ok", "First", "1", "ok"]


def test_runs_of_skipped_tasks_are_folded_up_to_the_next_line():
    events = [ended("a", position, "Skip", skipped=True) for position in (1, 2, 3)]
    lines = report(*events, ended("a", 4, "Do"), ended("a", 5, "Skip", skipped=True), PlayEnded(0, 0), hosts=("a",))
    assert lines[0] == "  · 3 tasks skipped" and " Do " in lines[1] and lines[2] == "  · 1 task skipped"
    assert len([line for line in report(*events, hosts=("a",), verbosity=1) if "1 skipped" in line]) == 3


def test_a_rescue_is_told_and_counted_whether_the_line_was_written_or_not():
    failed = ended("a", 1, "Try", failed=True, msg="no")
    rescued = HostRescued("a", Key(0, 0, (1,)))
    lines = report(failed, rescued, ended("b", 1, "Try"))
    assert lines[-2:] == ["  rescued     Try  on a", "  rescued     Try                                           "
                          "1 rescued, 1 ok"]
    assert report(failed, rescued, hosts=("a",))[-1] == "  rescued     Try  on a"


def test_a_host_that_is_lost_between_tasks_is_told_once():
    assert report(HostLeft("a", 0, "unreachable")) == ["  UNREACHABLE a  no connection"]
    lines = report(ended("a", 1, "T", unreachable=True, msg="gone"), HostLeft("a", 0, "unreachable"))
    assert [line for line in lines if "UNREACHABLE" in line] == ["  UNREACHABLE T  on a"]


def test_equal_notes_are_told_once_and_then_where_else():
    notes = [Note(host, "the clock is behind") for host in "ab"]
    assert report(*notes) == ["  note        a: the clock is behind"]
    assert report(*notes, PlayEnded(0, 0)) == ["  note        a: the clock is behind",
                                              "  note        also on b: the clock is behind"]


def test_what_is_left_when_the_run_is_over_is_told():
    assert report(ended("a", 1, "First"), finish=True)[0].split() == ["ok", "First", "1", "ok"]


def test_no_control_code_and_nothing_cut_whatever_hosts_print():
    lines = report(ended("a", 1, "x" * 300, failed=True, msg="\x1b[31mred\x07" + "y" * 300), hosts=("a",))
    assert "x" * 300 in lines[0] and lines[2] == "    red\\x07" + "y" * 300


def test_a_stream_that_cannot_show_a_character_shows_its_number():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    report(ended("a", 1, "Grüße \udcff", failed=True, msg="no"), stream=stream)
    assert b"FAILED      Gr\\xfc\\xdfe \\udcff" in raw.getvalue()
    raw = io.BytesIO()
    report(ended("a", 1, "Grüße \udcff", failed=True), stream=io.TextIOWrapper(raw, encoding="utf-8"))
    assert "Grüße \\udcff" in raw.getvalue().decode()


def test_a_whole_fleet_is_told_in_as_many_lines_as_differ():
    stream = io.StringIO()
    made = Plain(View(), stream, ["muster"])
    for _, event in fleet_run():
        made.take(event)
    summary = made.finish()
    assert (summary.exit_code, summary.failed_hosts) == (4, ("web03", "web17", "web41"))
    assert len(stream.getvalue().splitlines()) < 100
    assert stream.getvalue().count("nginx -t") == 1
