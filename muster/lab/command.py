"""Programs of the machine, run to their end."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence

from muster.errors import LabError

LAST_LINES = 15
LONGEST_COMMAND = 100


def run(argv: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None, cwd: str | None = None) -> str:
    """Run a program to its end and return what it printed on standard output.

    argv: the program and its arguments; no shell is involved
    env: variables added to the present environment
    Raises LabError with the last lines of standard error when it fails or cannot be started.
    """
    # `su` keeps the path of the user it comes from, and that one may lack where the administrator's programs are.
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": path, **(env or {})}
    try:
        done = subprocess.run(
            argv, input=stdin, env=environment, cwd=cwd, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise LabError(f"cannot run {argv[0]}: {error.strerror or error}") from None
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-LAST_LINES:])
        raise LabError(f"`{_short(argv)}` ended with status {done.returncode}:\n{said}")
    return done.stdout


def _short(argv: Sequence[str]) -> str:
    """The command as it is told in an error: a hundred characters are enough to know it by."""
    text = shlex.join(argv)
    return text if len(text) <= LONGEST_COMMAND else f"{text[:LONGEST_COMMAND]} ..."
