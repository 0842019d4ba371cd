"""Roles: where they are found and what is in them. Each file is read once a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.errors import LoadError, Origin, PlanError, nearest
from muster.library import root
from muster.load.playbook import read_role_entries
from muster.load.tasks import Names, read_tasks
from muster.load.yaml import read_file
from muster.model import Block, LocatedDict, RoleEntry, Task

ENDINGS = ("", ".yml", ".yaml", ".json")


@dataclass(frozen=True, eq=False)
class Role:
    """A role as one entry uses it.

    defaults, variables: what its files say; parameters: what the entry says
    parents: the roles that brought it in, nearest first
    """

    name: str
    path: str
    defaults: Mapping[str, Any]
    variables: Mapping[str, Any]
    tasks: tuple[Task | Block, ...]
    handlers: tuple[Task | Block, ...]
    dependencies: tuple[RoleEntry, ...] = ()
    allow_duplicates: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[Role, ...] = ()


class Roles:
    """Finds and reads roles."""

    def __init__(self, names: Names, playbook_directory: str) -> None:
        self.names = names
        self.directory = playbook_directory
        self.files: dict[tuple[str, bool], Any] = {}

    def read(
        self,
        name: str,
        origin: Origin,
        parents: tuple[Role, ...] = (),
        parameters: Mapping[str, Any] | None = None,
        parts: Mapping[str, str] | None = None,
    ) -> Role:
        """Return a role.

        parts: which files to take instead of main: {"tasks_from": "install", ...}
        Raises PlanError when there is no such role, and LoadError for what is wrong inside.
        """
        path = self.find(name, origin, parents)
        parts = parts or {}
        meta = self.part(path, "meta", "main") or {}
        tasks_from = parts.get("tasks_from", "main")
        if tasks_from != "main" and not chosen(path, "tasks", tasks_from):
            raise PlanError(f'the role {name} has no tasks/{tasks_from}', origin)
        return Role(
            name=os.path.basename(path.rstrip("/")) if os.sep in name else name,
            path=path,
            defaults=self.variables(path, "defaults", parts.get("defaults_from", "main")),
            variables=self.variables(path, "vars", parts.get("vars_from", "main")),
            tasks=self.tasks(path, "tasks", tasks_from),
            handlers=self.tasks(path, "handlers", parts.get("handlers_from", "main")),
            dependencies=read_role_entries(meta.get("dependencies"), origin),
            allow_duplicates=bool(meta.get("allow_duplicates", False)),
            parameters=parameters or {},
            parents=parents,
        )

    def find(self, name: str, origin: Origin, parents: tuple[Role, ...]) -> str:
        """Return the directory of a role: beside the playbook, in the configured path, beside the role that wants it."""
        short = name.rpartition(".")[2] if name.count(".") == 2 and os.sep not in name else name
        places = [os.path.join(self.directory, "roles")]
        places += [os.path.dirname(parent.path) for parent in parents]
        places += [self.directory]
        if name.startswith(("/", "~", ".")):
            places = [self.directory]
        builtin = str(root() / "roles")
        for place in [*places, builtin]:
            path = os.path.normpath(os.path.join(place, os.path.expanduser(short)))
            if os.path.isdir(path) and (place != self.directory or is_role(path)):
                return path
        known = [entry for place in [*places[:1], builtin] if os.path.isdir(place) for entry in os.listdir(place)]
        raise PlanError(f'there is no role "{name}"', origin,
                        nearest(name, known) or f"looked in {', '.join(dict.fromkeys(places))}")

    def part(self, path: str, folder: str, stem: str) -> Any:
        """Return what main.yml (or another file) of a role's folder holds; a folder of that name is merged."""
        file = chosen(path, folder, stem)
        if file is None:
            return None
        if os.path.isdir(file):
            merged: dict[str, Any] = {}
            for each in sorted(Path(file).rglob("*")):
                if each.is_file() and each.suffix in ENDINGS and not each.name.startswith("."):
                    merged.update(self.once(str(each)) or {})
            return merged
        return self.once(file)

    def once(self, file: str) -> Any:
        if (file, False) not in self.files:
            self.files[file, False] = read_file(file)
        return self.files[file, False]

    def variables(self, path: str, folder: str, stem: str) -> Mapping[str, Any]:
        value = self.part(path, folder, stem)
        if value is not None and not isinstance(value, dict):
            file = chosen(path, folder, stem)
            raise LoadError("variables are a mapping", getattr(value, "origin", Origin(str(file), 1, 1)))
        return value or {}

    def tasks(self, path: str, folder: str, stem: str) -> tuple[Task | Block, ...]:
        file = chosen(path, folder, stem)
        return () if file is None else self.task_file(file, folder == "handlers")

    def task_file(self, file: str, handlers: bool = False) -> tuple[Task | Block, ...]:
        """Return the tasks of a file, read once."""
        if (file, True) not in self.files:
            self.files[file, True] = read_tasks(self.once(file), self.names, Origin(file, 1, 1), handlers)
        tasks: tuple[Task | Block, ...] = self.files[file, True]
        return tasks


def chosen(path: str, folder: str, stem: str) -> str | None:
    """Return the file (or, for variables, directory) that a role's folder has under this name, or None."""
    for ending in (".yml", ".yaml", ".json", ""):
        file = os.path.join(path, folder, stem + ending)
        if os.path.isfile(file) or (os.path.isdir(file) and folder in ("vars", "defaults")):
            return file
    return None


def is_role(path: str) -> bool:
    return any(os.path.isdir(os.path.join(path, each)) for each in ("tasks", "meta", "defaults", "handlers", "vars"))


def located(values: Mapping[str, Any], origin: Origin) -> LocatedDict:
    """Return a mapping that was made, not read, as if it stood at one place."""
    made = LocatedDict(values)
    made.origin, made.origins, made.keys_at = origin, dict.fromkeys(values, origin), dict.fromkeys(values, origin)
    return made
