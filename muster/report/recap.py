"""The end of a run: who differs from ok, what changed, what failed and why, and how to run again on just those."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from muster.report.data import plain_data
from muster.report.lines import place
from muster.report.summary import COUNTED, Counts, Summary
from muster.report.words import Line, View, duration, fit, hosts_phrase, joined, one_line, plural, runs, shown_name

MOST_TASKS = 10
MOST_HOSTS = 100  # A command with more host names than this is no longer one to copy.
LABEL = 30


def recap_lines(summary: Summary, view: View) -> Iterator[Line]:
    """Yield the recap."""
    yield []
    yield [("Recap", "title"), (f" {view.marks.dot} {plural(len(summary.hosts), 'host')} in "
                                f"{duration(summary.seconds)}", "quiet"), *verdict(summary, view)]
    yield from table(summary, view)
    yield from changed_tasks(summary, view)
    yield from problems(summary, view)
    yield from figures(summary)
    yield from again(summary)


def verdict(summary: Summary, view: View) -> Line:
    """Return the whole run in a few words."""
    every = summary.hosts.values()
    unreachable = sum(1 for counts in every if counts.unreachable)
    failed = len(summary.failed_hosts) - unreachable
    changed = sum(1 for counts in every if counts.changed)
    found: Line = []
    for number, status, words in ((failed, "failed", "failed"), (unreachable, "unreachable", "unreachable"),
                                  (changed, "changed", "would change" if view.check else "changed")):
        if number:
            found.append((f" {view.marks.dot} {number} {words}", status))
    if not found:
        return [(f" {view.marks.dot} nothing {'would change' if view.check else 'changed'}", "ok")]
    return found


def table(summary: Summary, view: View) -> Iterator[Line]:
    """Yield counts: hosts where nothing happened beyond ok in one row, hosts with equal counts in one, worst last."""
    rows = list(grouped(summary))
    columns = [name for name in COUNTED if any(getattr(counts, name) for _, counts in rows)]
    if not columns:
        return
    heads = [view.word(name) for name in columns]
    size = max([len("host"), *(len(label(hosts, view)) for hosts, _ in rows)])
    yield [("  " + "host".ljust(size), "quiet"), *[(f"  {head.rjust(5)}", "quiet") for head in heads]]
    for hosts, counts in rows:
        line: Line = [("  " + label(hosts, view).ljust(size), "")]
        for name, head in zip(columns, heads, strict=True):
            number = getattr(counts, name)
            text = str(number) if number else view.marks.dot
            line.append(("  " + text.rjust(max(5, len(head))), name if number else "quiet"))
        yield line


def grouped(summary: Summary) -> Iterator[tuple[list[str], Counts]]:
    """Yield hosts with equal counts together; of those that were ok throughout, the lowest count stands for all."""
    quiet = [host for host, counts in summary.hosts.items() if not counts.eventful]
    if quiet:
        yield quiet, min((summary.hosts[host] for host in quiet), key=lambda counts: (counts.ok, counts.skipped))
    groups: dict[tuple[int, ...], list[str]] = {}
    for host, counts in summary.hosts.items():
        if counts.eventful:
            groups.setdefault(tuple(getattr(counts, name) for name in COUNTED), []).append(host)
    worst = sorted(groups.values(), key=lambda hosts: badness(summary.hosts[hosts[0]]))
    for hosts in worst:
        yield hosts, summary.hosts[hosts[0]]


def badness(counts: Counts) -> tuple[int, ...]:
    return counts.failed, counts.unreachable, counts.rescued, counts.ignored, counts.changed


def label(hosts: Sequence[str], view: View) -> str:
    """Return the names of a row's hosts if they are short, or how many they are."""
    names = ", ".join(hosts)
    if len(hosts) == 1:
        return names if view.width is None else fit(names, LABEL, view.marks)
    return names if len(names) <= LABEL else plural(len(hosts), "host")


def changed_tasks(summary: Summary, view: View) -> Iterator[Line]:
    """Yield the tasks that changed something, those on most hosts first."""
    if not summary.changed_tasks:
        return
    ranked = sorted(summary.changed_tasks.items(), key=lambda entry: -entry[1])
    most = len(ranked) if view.verbosity else MOST_TASKS
    yield []
    yield [("  Would change" if view.check else "  Changed", "changed")]
    size = max(len(plural(number, "host")) for _, number in ranked[:most])
    for (name, _), number in ranked[:most]:
        head = "    " + plural(number, "host").ljust(size) + "  "
        yield [(head, "quiet"), (shown_name(name, view, len(head)), "")]
    if len(ranked) > most:
        yield [(f"    and {plural(len(ranked) - most, 'more task')}; -v names them", "quiet")]


def problems(summary: Summary, view: View) -> Iterator[Line]:
    """Yield why hosts failed or were unreachable, a line for each distinct reason."""
    reasons: dict[tuple[str, str, str, str], list[str]] = {}
    for problem in summary.problems:
        where = place(problem.origin) if problem.origin and problem.status == "failed" else ""
        reasons.setdefault((problem.status, problem.task, problem.reason, where), []).append(problem.host)
    for status in ("failed", "unreachable"):
        found = {key: hosts for key, hosts in reasons.items() if key[0] == status}
        if found:
            yield []
            yield [(f"  {status.capitalize()}", status)]
        for (_, task, reason, where), hosts in found.items():
            names = joined(runs(hosts)) if view.verbosity else hosts_phrase(hosts)
            yield [("    ", ""), (names, status), (f"  {reason}", "")]
            if status == "failed":
                yield [(f"      in {shown_name(task, view, 11 + len(where))}", "quiet"), (f"  {where}", "place")]


def figures(summary: Summary) -> Iterator[Line]:
    """Yield what tasks of the type `set_stats` gave."""
    rows = [(f"{host}  {name}" if host else name, value) for host, name, value in summary.stats.rows()]
    if not rows:
        return
    yield []
    yield [("  Figures", "title")]
    size = max(len(label) for label, _ in rows)
    for label, value in rows:
        text = value if isinstance(value, str) else json.dumps(plain_data(value), ensure_ascii=False)
        yield [("    " + label.ljust(size), "quiet"), (f"  {one_line(text)}", "")]


def again(summary: Summary) -> Iterator[Line]:
    """Yield the command that runs the same on just the hosts that are not as they should be."""
    if not summary.rerun:
        return
    number = len(summary.failed_hosts)
    yield []
    if number > MOST_HOSTS:
        yield [(f"  {number} hosts are not as they should be; the last line of --output jsonl names them all and has "
                "the command to run again on them", "quiet")]
        return
    yield [(f"  Run again on {'this host' if number == 1 else f'these {number} hosts'}:", "quiet")]
    yield [("    ", ""), (summary.rerun, "command")]
