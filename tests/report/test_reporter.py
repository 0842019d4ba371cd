from typing import NamedTuple

import pytest

from muster.report.reporter import Reporter
from tests.report.scenario import ended, small_run


class Recorder(Reporter):
    """Writes down which of its methods were called."""

    def __init__(self):
        self.called = []
        for name in ("play_started", "play_ended", "task_started", "task_ended", "output", "note", "host_rescued",
                     "host_left", "end"):
            setattr(self, name, lambda event, name=name: self.called.append((name, event)))
        super().__init__(["muster", "run", "site.yml", "-l", "web"], now=iter((100.0, 172.5)).__next__)

    def close(self):
        self.called.append(("close", None))


def test_each_event_goes_to_the_method_of_its_name_and_the_end_comes_last():
    report, events = Recorder(), small_run()
    for event in events:
        report.take(event)
    summary = report.finish()
    assert [event for _, event in report.called[:-2]] == events
    assert {name: type(event).__name__.lower() for name, event in report.called[:-2]} == {
        name: name.replace("_", "") for name, _ in report.called[:-2]}
    assert report.called[-2:] == [("end", summary), ("close", None)]


def test_the_summary_says_it_all():
    report = Recorder()
    for event in small_run():
        report.take(event)
    summary = report.finish()
    assert (summary.exit_code, summary.failed_hosts, summary.seconds) == (4, ("web1", "db1"), 72.5)
    assert summary.rerun == "muster run site.yml --limit web1,db1"
    assert {host: counts.ok for host, counts in summary.hosts.items()} == {"web1": 3, "web2": 6, "db1": 0}


def test_an_event_nobody_knows_does_no_harm():
    class Later(NamedTuple):
        host: str

    report = Recorder()
    report.take(Later("web1"))
    assert report.called == []


def test_a_task_that_only_steers_is_neither_told_nor_counted_unless_it_fails():
    report = Recorder()
    report.take(ended("a", 1, "meta", "meta"))
    report.take(ended("a", 2, "meta", "meta", skipped=True))
    assert report.called == [] and report.tally.hosts == {}
    report.take(ended("a", 3, "meta", "meta", failed=True))
    assert report.tally.hosts["a"].failed == len(report.called) == 1


def test_the_terminal_is_given_back_when_the_run_is_broken_off():
    report = Recorder()
    with pytest.raises(KeyboardInterrupt), report:
        raise KeyboardInterrupt
    assert report.called == [("close", None)]
