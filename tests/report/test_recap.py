from muster.errors import Origin
from muster.report.recap import MOST_HOSTS, MOST_TASKS, recap_lines
from muster.report.stats import RUN, Stats
from muster.report.summary import Counts, Problem, Summary
from muster.report.words import View

HERE = Origin("site.yml", 7, 3)


def recap(hosts, view=None, problems=(), failed=(), changed=None, rerun="", seconds=72.0, stats=()):
    summary = Summary(hosts, tuple(problems), tuple(failed), changed or {}, 0, seconds, rerun, Stats(stats))
    return ["".join(text for text, _ in line).rstrip() for line in recap_lines(summary, view or View())]


def test_a_run_without_events_is_one_row():
    assert recap({f"web{number:02d}": Counts(ok=52) for number in range(46)}) == [
        "", "Recap · 46 hosts in 1m 12s · nothing changed", "  host         ok", "  46 hosts     52"]


def test_a_run_of_nothing_is_one_line():
    assert recap({"a": Counts()}) == ["", "Recap · 1 host in 1m 12s · nothing changed"]


def test_hosts_with_equal_counts_share_a_row_and_the_worst_come_last():
    hosts = {"broken": Counts(ok=2, failed=1), **{f"web{number}": Counts(ok=9) for number in range(40)},
             "one": Counts(ok=9, changed=2), "two": Counts(ok=9, changed=2), "three": Counts(ok=9, changed=1)}
    assert recap(hosts, failed=["broken"])[1:] == [
        "Recap · 44 hosts in 1m 12s · 1 failed · 3 changed",
        "  host         ok  changed  failed",
        "  40 hosts      9        ·       ·",
        "  three         9        1       ·",
        "  one, two      9        2       ·",
        "  broken        2        ·       1",
    ]


def test_hosts_that_were_ok_throughout_share_a_row_though_their_counts_differ():
    rows = recap({"a": Counts(ok=9), "b": Counts(ok=7, skipped=2)})[2:]
    assert rows == ["  host     ok  skipped", "  a, b      7        2"]


def test_long_names_are_cut_on_a_terminal_only():
    name = "a-host-with-a-name." * 4
    hosts = {name: Counts(ok=1)}
    assert name in recap(hosts)[3]
    assert name not in recap(hosts, View(width=80))[3]


def test_tasks_that_changed_something_are_ranked_and_the_rest_counted():
    changed = {(f"Task {number}", HERE): number for number in range(1, MOST_TASKS + 4)}
    lines = recap({"a": Counts(ok=1, changed=1)}, changed=changed)
    begin = lines.index("  Changed")
    assert lines[begin + 1] == "    13 hosts  Task 13"
    assert lines[begin + MOST_TASKS + 1 :] == ["    and 3 more tasks; -v names them"]
    assert recap({"a": Counts()}, View(verbosity=1), changed=changed)[-1] == "    1 host    Task 1"


def test_equal_failures_are_one_reason():
    problems = [Problem(host, "failed", "Start", "no", HERE) for host in ("a", "b")]
    problems.append(Problem("c", "failed", "Start", "never", HERE))
    problems.append(Problem("d", "unreachable", "Gathering Facts", "timed out", HERE))
    lines = recap({host: Counts(failed=1) for host in "abc"}, problems=problems)
    assert lines[lines.index("  Failed") :] == [
        "  Failed", "    a and b  no", "      in Start  site.yml:7", "    c  never", "      in Start  site.yml:7", "",
        "  Unreachable", "    d  timed out"]


def test_the_command_to_run_again_comes_last():
    lines = recap({"a": Counts(failed=1)}, failed=["a"], rerun="muster run x --limit a")
    assert lines[-2:] == ["  Run again on this host:", "    muster run x --limit a"]
    lines = recap({"a": Counts(failed=1), "b": Counts(failed=1)}, failed=["a", "b"], rerun="muster run x --limit a,b")
    assert lines[-2:] == ["  Run again on these 2 hosts:", "    muster run x --limit a,b"]


def test_a_command_too_long_to_copy_is_not_shown():
    failed = [f"web{number}" for number in range(MOST_HOSTS + 1)]
    hosts = {host: Counts(failed=1) for host in failed}
    lines = recap(hosts, failed=failed, rerun="muster --limit " + ",".join(failed))
    assert "101 hosts are not as they should be" in lines[-1] and "web1," not in lines[-1]


def test_in_check_mode_nothing_has_changed_yet():
    lines = recap({"a": Counts(ok=1, changed=1)}, View(check=True), changed={("Task", HERE): 1})
    assert lines[1].endswith("1 would change")
    assert "  Would change" in lines and "changed" not in " ".join(lines)
    assert recap({"a": Counts(ok=1)}, View(check=True))[1].endswith("nothing would change")


def test_figures_are_told_those_of_the_run_first():
    stats = {"web1": {"version": "1.2"}, RUN: {"renewed": 3, "names": ["a"]}}
    assert recap({"a": Counts(ok=1)}, stats=stats)[-5:] == [
        "", "  Figures", "    renewed        3", '    names          ["a"]', "    web1  version  1.2"]
