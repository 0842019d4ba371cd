"""Agents on this machine, through pipes: all of a session but ssh, and no root."""

from __future__ import annotations

import sys
from pathlib import Path

from muster.connect import archive, start
from muster.connect.pipe import LocalPipe
from muster.connect.session import Session
from muster.connect.start import Become
from muster.target.wire import encode

TASKS = Path(__file__).parent.parent.parent / "tasks"


def begin(*names: str, facts=None) -> Session:
    """Return a session whose agent has these task types."""
    pipe = LocalPipe(start.command(Become(), sys.executable))
    hello = encode({"hello": {"run": "test", "who": "tests", "wait": 60, "facts": facts}})
    packed = archive.build([TASKS / f"{name}.py" for name in names])
    start.begin(pipe, Become(), packed, hello)
    return Session("here", pipe, frozenset(names), lambda: start.greeting("here", pipe, Become()))
