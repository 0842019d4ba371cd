"""Command lines for hosts without Python."""

from __future__ import annotations

import shlex
from typing import Any

from muster.actions.action import Failed, Here, Raw, Steps, action


@action(free_form="cmd", repeats=True, predicts=False)
def raw(here: Here, cmd: str, executable: str | None = None) -> Steps:
    """Have the login's shell run a command line; the host needs no Python for it.

    cmd: the command line
    executable: another shell to run it, as a path

    Example:
        - name: Install Python
          raw: command -v python3 || dnf -y install python3
          changed_when: false

    Returns:
        rc: its status; anything but 0 fails the task
        stdout: what it printed
        stdout_lines: the same as a list of lines
        stderr: what it printed as errors
        stderr_lines: the same as a list of lines
    """
    if here.check:
        return {"changed": False, "skipped": True, "msg": "skipped: check mode cannot tell what this would do"}
    result = yield Raw(f"{executable} -c {shlex.quote(cmd)}" if executable else cmd)
    if "rc" not in result.values:
        return result
    values: dict[str, Any] = {"changed": True, "rc": result.values["rc"]}
    for stream in ("stdout", "stderr"):
        text = result.values.get(stream, "")
        values.update({stream: text, f"{stream}_lines": text.splitlines()})
    if values["rc"] != 0:
        raise Failed("non-zero return code", **values)
    return values
