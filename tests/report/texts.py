"""The texts that reporters are held to.

    python -m tests.report.texts

writes them anew; read the difference before committing it.
"""

import io
from datetime import datetime, timezone
from pathlib import Path

from muster.report.ansible import AnsibleLines
from muster.report.jsonl import Jsonl
from muster.report.plain import Plain
from muster.report.words import ASCII, View
from tests.report.scenario import small_run

FOLDER = Path(__file__).with_name("golden")
COMMAND = ("muster", "run", "site.yml", "-l", "all")


def told(make, stream=None):
    """Return what a reporter writes of the small run. make: function (stream) -> reporter"""
    stream = stream or io.StringIO()
    report = make(stream)
    for event in small_run():
        report.take(event)
    report.finish()
    return stream.getvalue()


def plain(stream, **view):
    return Plain(View(**view), stream, COMMAND, now=lambda: 60.0)


def jsonl(stream):
    report = Jsonl(stream, COMMAND, utc=lambda: datetime(2026, 11, 23, 20, 0, tzinfo=timezone.utc))
    report.now = lambda: report.started
    return report


CASES = {
    "plain.txt": plain,
    "plain-diff.txt": lambda stream: plain(stream, diff=True),
    "plain-check-ascii.txt": lambda stream: plain(stream, check=True, diff=True, marks=ASCII),
    "plain-v.txt": lambda stream: plain(stream, verbosity=1),
    "plain-vvv.txt": lambda stream: plain(stream, verbosity=3),
    "run.jsonl": jsonl,
    "ansible.txt": lambda stream: AnsibleLines(stream, COMMAND),
    "ansible-v-diff.txt": lambda stream: AnsibleLines(stream, COMMAND, verbosity=1, diff=True),
}


def main():
    for name, make in CASES.items():
        (FOLDER / name).write_text(told(make), encoding="utf-8")


if __name__ == "__main__":
    main()
