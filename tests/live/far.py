"""Performs single task types on a host of a lab: through ssh, sudo and the agent, as a run does."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from muster.connect.archive import Archive
from muster.connect.become import Become
from muster.connect.connections import begin
from muster.connect.pipe import LocalPipe
from muster.connect.start import command
from muster.lab.lab import Lab
from muster.model import Call

TASKS = Path(__file__).parent.parent.parent / "tasks"


class Far:
    """A host's agent, running as `user`.

    With `again`, which is the default, every task is performed as the laws of task types want it tried: in check mode,
    for real, and once more, when it must change nothing.
    """

    def __init__(self, lab: Lab, host: str, user: str = "root", facts: Any = None) -> None:
        argv = ["ssh", "-F", str(lab.access.config), host, command(Become(user))]
        self.pipe = LocalPipe(shlex.join(argv))
        hello = {"run": "live", "who": "test", "wait": 5, "facts": facts}
        self.session = begin(host, self.pipe, Become(user), Archive([TASKS / "setup.py"]), hello)

    def __enter__(self) -> Far:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def call(self, task: str, check: bool = False, **args: Any) -> dict[str, Any]:
        """Perform a task once and return its result, the words of its changes among them."""
        self.session.ship(task, TASKS / f"{task}.py")
        number = self.session.send(Call(task, args, check=check, diff=True, tolerant=True))
        received, result = self.session.receive()
        assert received == number
        assert "exception" not in result.values, result.values["exception"]
        return {"failed": False, **result.values, "changes": [change.what for change in result.changes]}

    def ensure(self, task: str, **args: Any) -> dict[str, Any]:
        """Perform a task by the laws: check mode foretells what a real run does, and a second run changes nothing."""
        foretold = self.call(task, check=True, **args)
        result = self.call(task, **args)
        assert not result["failed"], result
        assert foretold["changes"] == result["changes"], (foretold, result)
        assert foretold["changed"] == result["changed"], (foretold, result)
        again = self.call(task, **args)
        assert not again["changed"] and not again["failed"], again
        return result

    def run(self, *argv: str) -> str:
        """Return what a command prints."""
        result = self.call("command", argv=list(argv))
        assert not result["failed"], result
        return str(result["stdout"])
