"""Agents on this machine, through pipes: all of a session but ssh, and no root."""

from __future__ import annotations

import sys
from pathlib import Path

from muster.connect import connections
from muster.connect.archive import Archive
from muster.connect.become import Become
from muster.connect.pipe import LocalPipe
from muster.connect.session import Session
from muster.connect.start import command

TASKS = Path(__file__).parent.parent.parent / "tasks"


def begin(*names: str, facts=None) -> Session:
    """Return a session whose agent has these task types."""
    pipe = LocalPipe(command(Become(), sys.executable))
    hello = {"run": "test", "who": "tests", "wait": 60, "facts": facts}
    return connections.begin("here", pipe, Become(), Archive([TASKS / f"{name}.py" for name in names]), hello, names)
