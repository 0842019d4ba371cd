"""What people and machines see of a run.

    with reporter("auto", sys.stdout, verbosity=0, diff=False, check=False, command=sys.argv) as report:
        for event in stream:
            report.take(event)
        summary = report.finish()
    sys.exit(summary.exit_code)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TextIO

from muster.report.reporter import Reporter

OUTPUTS = ("auto", "live", "plain", "jsonl", "ansible")


def reporter(
    output: str, stream: TextIO, *, verbosity: int = 0, diff: bool = False, check: bool = False,
    command: Sequence[str] = (), context: int = 3, hidden: Collection[str] = (),
) -> Reporter:
    """Return the reporter for an output.

    output: one of `OUTPUTS`; "auto" is "live" on a terminal that can move its cursor and "plain" elsewhere
    verbosity: number of -v
    context: lines around what differs in a file
    hidden: words for outcomes that "ansible" does not tell: "skipped", "ok"
    command: the arguments the user gave, the program first; secrets in it must have been masked
    Raises OptionError for another output.
    """
    import os

    from muster.errors import OptionError, nearest
    from muster.report.words import View, marks_for

    if output not in OUTPUTS:
        known = ", ".join(OUTPUTS)
        raise OptionError(f'there is no output "{output}"; there are {known}', hint=nearest(output, OUTPUTS))
    if output == "auto":
        capable = stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
        output = "live" if capable else "plain"
    view = View(verbosity, diff, check, marks_for(stream.encoding), context=context)
    if output == "jsonl":
        from muster.report.jsonl import Jsonl

        return Jsonl(stream, command)
    if output == "ansible":
        from muster.report.ansible import AnsibleLines

        return AnsibleLines(stream, command, verbosity, diff, context, hidden)
    if output == "live":
        from muster.report.live import Live

        return Live(view, stream, command)
    from muster.report.plain import Plain

    return Plain(view, stream, command)
