"""What is known of task types: actions, the library, and the names that muster does not have (yet).

A task type that Ansible's collections know and muster lacks is told at plan time and fails only a host that would run
it; a name nobody knows is a mistake in the playbook.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from muster import actions
from muster.errors import Origin
from muster.foreign import Foreign
from muster.library import WHOLE_COLLECTIONS, Library, short_name
from muster.signature import Signature

STATIC = ("import_tasks", "import_role")
# They make what holds data, and destroy what is there where an argument is wrong.
OF_VOLUMES = frozenset(("filesystem", "lvg", "lvg_rename", "lvol", "parted"))


class Catalogue:
    """Looks up task types for the loader, the plan and the run.

    foreign: the modules written for Ansible that are in reach
    """

    def __init__(self, library: Library, foreign: Foreign | None = None) -> None:
        self.library = library
        self.foreign = foreign or Foreign()
        self.signatures: dict[str, Signature | None] = {}
        self.lacking: dict[str, list[Origin]] = {}

    def __contains__(self, name: object) -> bool:
        text = str(name)
        known = short_name(text)
        if known in STATIC or known in names_of_actions() or self.library.find(known):
            return True
        if text.count(".") > 1 and not text.startswith(WHOLE_COLLECTIONS):
            return True
        return known in elsewhere() or self.foreign.find(known) is not None

    def learn(self, directory: str) -> None:
        """Take over the names of the modules that a role brings along."""
        self.foreign.learn(directory)

    def names(self) -> list[str]:
        return sorted({*self.library.names(), *names_of_actions(), *STATIC})

    def signature(self, name: str, origin: Origin) -> Signature | None:
        """Return a task type's signature; None, and a note of the place, where muster lacks it."""
        if name not in self.signatures:
            self.signatures[name] = self.find(name, origin)
        found = self.signatures[name]
        if found is None:
            self.lacking.setdefault(name, []).append(origin)
        return found

    def find(self, name: str, origin: Origin) -> Signature | None:
        function = action(name)
        if function is None:
            known = self.library.find(name, origin)
            return known.signature if known else None
        half = function.task.get("host_half")  # type: ignore[attr-defined]
        rest = self.library.find(half, origin) if half else None
        return Signature.of(function, name, rest.signature if rest else None)

    def files(self, names: set[str]) -> list[Path]:
        """Return the files of the task types that run on hosts for these names."""
        found = []
        for name in sorted(names):
            function = action(name)
            half = function.task.get("host_half") if function else name  # type: ignore[attr-defined]
            known = self.library.find(half or name)
            if known:
                found.append(known.path)
        return found


@functools.cache
def names_of_actions() -> frozenset[str]:
    return frozenset(actions.names())


@functools.cache
def action(name: str) -> Callable[..., Any] | None:
    return actions.find(name) if name in names_of_actions() else None


def instead(name: str) -> str:
    """Return what to do with a task whose type muster lacks, in words that follow a comma or a semicolon."""
    if name in OF_VOLUMES:
        return ("it makes no volumes and file systems, because they hold data: prepare them in the image or with "
                "cloud-init; `mount` mounts them")
    return "this task can be run with ansible-playbook, or as `command`/`shell`"


@functools.cache
def elsewhere() -> frozenset[str]:
    """Return the names of task types in ansible.builtin and the widely used collections; see the file itself."""
    lines = (Path(__file__).parent / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
