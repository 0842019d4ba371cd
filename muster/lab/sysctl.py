"""Kernel limits that many systemd hosts outgrow: raised while a lab is up, put back when the last one goes."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TypedDict

from muster.lab.lock import locked

# Every systemd, journald and dbus-daemon holds inotify instances of root; every login of ec2-user a key ring of user
# 1000, and the hosts share both users' quotas, because they share the machine's user namespace.
WANTED = {
    "fs/inotify/max_user_instances": 8192,
    "fs/inotify/max_user_watches": 524288,
    "kernel/keys/maxkeys": 10000,
    "kernel/keys/maxbytes": 1000000,
}


class Ledger(TypedDict):
    """Who needs the limits raised, and what they were before."""

    before: dict[str, int]
    labs: list[str]


class Sysctls:
    """The machine's limits, and the ledger of the labs that need them raised.

    directory: where the ledger is kept, with its lock
    proc: the root of the limits (another one in tests)
    """

    def __init__(self, directory: Path, proc: Path = Path("/proc/sys")) -> None:
        self.proc = proc
        self.ledger = directory / "sysctl.json"
        self.lock = directory / "sysctl.lock"

    def raise_for(self, lab: str) -> None:
        """Raise what is too low; what is high enough is left alone."""
        with locked(self.lock):
            ledger = self._read()
            for name, wanted in WANTED.items():
                present = self._get(name)
                if present is not None and present < wanted:
                    ledger["before"].setdefault(name, present)
            ledger["labs"] = sorted({*ledger["labs"], lab})
            # Written down first: a crash between the two must not lose the values to put back.
            self.ledger.write_text(json.dumps(ledger))
            for name in ledger["before"]:
                self._set(name, WANTED[name])

    def release(self, lab: str) -> None:
        """Put the old values back if this was the last lab; a value someone else has changed since is left alone."""
        with locked(self.lock):
            ledger = self._read()
            if lab not in ledger["labs"]:
                return
            ledger["labs"].remove(lab)
            if ledger["labs"]:
                self.ledger.write_text(json.dumps(ledger))
                return
            for name, before in ledger["before"].items():
                if self._get(name) == WANTED.get(name):
                    self._set(name, before)
            self.ledger.unlink()

    def _read(self) -> Ledger:
        with contextlib.suppress(FileNotFoundError, ValueError):
            ledger: Ledger = json.loads(self.ledger.read_text())
            return ledger
        return {"before": {}, "labs": []}

    def _get(self, name: str) -> int | None:
        try:
            return int((self.proc / name).read_text())
        except OSError:
            return None

    def _set(self, name: str, value: int) -> None:
        (self.proc / name).write_text(f"{value}\n")
