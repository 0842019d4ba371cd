"""Where task types, roles and playbooks are found: the user's own first, then those that come with muster.

A checkout has `tasks/`, `roles/` and `playbooks/` beside `muster/`; a wheel carries them inside, under
`muster/_library/`. `root()` is the one function that knows.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, cast

from muster.errors import Origin, PlanError
from muster.signature import Signature

# Names of collections whose task types are looked up by their last word.
COLLECTIONS = ("ansible.builtin.", "ansible.legacy.", "ansible.posix.", "community.general.", "community.crypto.",
               "community.mysql.", "ansible.mysql.")
# All task types of these collections are known by name; whatever else is said to be one of theirs is a typo.
WHOLE_COLLECTIONS = ("ansible.builtin.", "ansible.legacy.")
# Other names under which task types are known.
SYNONYMS = {"systemd_service": "systemd", "dnf5": "dnf", "yum": "dnf", "openssl_certificate": "x509_certificate",
            "gather_facts": "setup"}


@functools.cache
def root() -> Path:
    """Return the directory that holds the built-in `tasks/`, `roles/` and `playbooks/`."""
    inside = Path(__file__).parent / "_library"
    return inside if inside.is_dir() else Path(__file__).parent.parent


def short_name(name: str) -> str:
    """Return a task type's name without its collection: `ansible.builtin.copy` is `copy`."""
    for prefix in COLLECTIONS:
        if name.startswith(prefix):
            name = name[len(prefix) :]
    return SYNONYMS.get(name, name)


class TaskType(NamedTuple):
    """A task type as the controller knows it: where its file is, what it accepts, and what its manual says."""

    name: str
    path: Path
    signature: Signature
    docstring: str


class Library:
    """Looks up task types by name: first in the directories given, then among the built-in ones."""

    def __init__(self, directories: Sequence[Path] = ()) -> None:
        self.directories = [*dict.fromkeys(directories), root() / "tasks"]
        self.loaded: dict[str, TaskType | None] = {}

    def find(self, name: str, origin: Origin | None = None) -> TaskType | None:
        """Return the task type of this name, or None; raise PlanError when its file cannot be used."""
        if name not in self.loaded:
            self.loaded[name] = self.load(name, origin)
        return self.loaded[name]

    def load(self, name: str, origin: Origin | None) -> TaskType | None:
        if not name.isidentifier():
            return None
        for directory in self.directories:
            path = directory / f"{name}.py"
            if os.path.isfile(path):  # Which is no error either for a name that is too long for a file.
                function = function_in(path, name, origin)
                return TaskType(name, path, Signature.of(function, name), function.__doc__ or "")
        return None

    def names(self) -> list[str]:
        """Return the names of all task types there are, and their synonyms."""
        files = [path.stem for directory in self.directories for path in directory.glob("*.py")]
        return sorted({name for name in files if not name.startswith("_")} | set(SYNONYMS))


def function_in(path: Path, name: str, origin: Origin | None) -> Callable[..., Any]:
    """Return the function of a file that is marked as the task type; raise PlanError where there is none."""
    try:
        module = load_module(path, f"muster_task_{name}_{abs(hash(path))}")
    except Exception as error:  # Whatever a user's own file does wrong is told as that file's mistake.
        raise PlanError(f"the task type in {path} cannot be loaded: {type(error).__name__}: {error}", origin) from error
    for value in vars(module).values():
        if hasattr(value, "task") and value.__module__ == module.__name__:
            return cast("Callable[..., Any]", value)
    raise PlanError(f"{path} holds no function marked @task", origin)


def load_module(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
