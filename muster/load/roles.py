"""Roles: where they are found and what is in them. Each file is read once a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster import collection
from muster.config import Config
from muster.errors import LoadError, Origin, PlanError, nearest
from muster.library import root
from muster.load.playbook import as_list, read_role_entries
from muster.load.shapes import described
from muster.load.tasks import Names, read_tasks
from muster.load.yaml import read_file
from muster.model import Block, LocatedDict, RoleEntry, Task

ENDINGS = ("", ".yml", ".yaml", ".json")


@dataclass(frozen=True, eq=False)
class Role:
    """A role as one entry uses it.

    defaults, variables: what its files say; parameters: what the entry says
    parents: the roles that brought it in, nearest first
    entry_point: which of its files of tasks is used; `specification` what its meta/ says of arguments for that
    collection: the one it is part of, `namespace.name`, which then begins its name too
    collections: where roles that it names without one are looked up
    by_task: whether a task has brought it in, and not `roles:` or a dependency
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
    entry_point: str = "main"
    specification: Mapping[str, Any] | None = None
    collection: str = ""
    collections: tuple[str, ...] = ()
    by_task: bool = False

    @property
    def short_name(self) -> str:
        """Its name without that of its collection."""
        return self.name.removeprefix(f"{self.collection}.") if self.collection else self.name


class Roles:
    """Finds and reads roles.

    files: what was read so far, {(path, whether as tasks): value}; the plays of a run share it
    config: says where else roles are looked for
    collections: where names of roles are looked up first: what the play names, and the one the playbook is part of
    found: is told the directory of each role that is used
    """

    def __init__(
        self, names: Names, playbook_directory: str, files: dict[tuple[str, bool], Any] | None = None,
        config: Config | None = None, collections: tuple[str, ...] = (),
        found: Callable[[str], object] = lambda path: None,
    ) -> None:
        self.names = names
        self.found = found
        self.directory = playbook_directory
        self.files = {} if files is None else files
        self.config = config or Config()
        own = collection.of_path(playbook_directory)
        self.collections = (own, *collections) if own else collections

    def read(
        self,
        name: str,
        origin: Origin,
        parents: tuple[Role, ...] = (),
        parameters: Mapping[str, Any] | None = None,
        parts: Mapping[str, str] | None = None,
        validate: bool = True,
    ) -> Role:
        """Return a role.

        parts: of one that a task brings in, which files to take instead of main: {"tasks_from": "install", ...}
        validate: whether its arguments are to be checked (`rolespec_validate`)
        Raises PlanError when there is no such role, and LoadError for what is wrong inside.
        """
        path, home = self.find(name, origin, parents)
        self.names.learn(path)
        self.found(path)
        by_task, parts = parts is not None, parts or {}
        meta = self.variables(path, "meta", "main")
        named = tuple(map(str, as_list(meta.get("collections"))))
        place = getattr(meta, "origins", {}).get("dependencies", origin)
        check_parts(path, name, parts, origin)
        entry_point = os.path.splitext(parts.get("tasks_from", "main"))[0]
        return Role(
            name=shown_name(name, path, home),
            path=path,
            defaults=self.variables(path, "defaults", parts.get("defaults_from", "main")),
            variables=self.variables(path, "vars", parts.get("vars_from", "main")),
            tasks=self.tasks(path, "tasks", parts.get("tasks_from", "main")),
            handlers=self.tasks(path, "handlers", parts.get("handlers_from", "main")),
            dependencies=read_role_entries(meta.get("dependencies"), place),
            allow_duplicates=bool(meta.get("allow_duplicates", False)),
            parameters=parameters or {},
            parents=parents,
            entry_point=entry_point,
            specification=self.specification(path, meta, entry_point) if validate else None,
            collection=home,
            collections=(home, *named) if home else named,
            by_task=by_task,
        )

    def specification(self, path: str, meta: Mapping[str, Any], entry_point: str) -> Mapping[str, Any] | None:
        """Return what a role says of the arguments of an entry point; None when it says nothing."""
        source = self.variables(path, "meta", "argument_specs") or meta
        entry = mapping_in(mapping_in(source, "argument_specs"), entry_point)
        mapping_in(entry, "options")
        return entry or None

    def find(self, name: str, origin: Origin, parents: tuple[Role, ...]) -> tuple[str, str]:
        """Return the directory of a role and the collection it is part of, which may be none.

        It is in a collection, beside the playbook or its folder, beside the role that wants it, in the configured
        path, or among the built-in ones. Raises PlanError.
        """
        searched = dict.fromkeys(each for parent in parents for each in parent.collections)
        found = collection.find_role(name, self.directory, [*searched, *self.collections],
                                     self.config["collections_path"])
        return found or (self.path(name, origin, parents), "")

    def path(self, name: str, origin: Origin, parents: tuple[Role, ...]) -> str:
        """Return the directory of a role that is in no collection, or in one that is not there."""
        places = [os.path.join(self.directory, "roles"), os.path.join(self.directory, "..", "roles")]
        places += [*self.config["roles_path"], *(os.path.dirname(parent.path) for parent in parents)]
        places += [str(root() / "roles")]
        if name.startswith(("/", "~", ".")):
            places = []
        places = [os.path.normpath(os.path.expanduser(place)) for place in places if place]
        for place in places:
            if os.path.isdir(os.path.join(place, name)):
                return os.path.join(place, name)
        path = os.path.normpath(os.path.join(self.directory, os.path.expanduser(name)))
        if is_role(path):
            return path
        there = [os.path.abspath(place) for place in places if os.path.isdir(place)]
        known = [entry for place in there for entry in os.listdir(place)]
        looked = dict.fromkeys([*map(os.path.abspath, places[:1]), *there[:-1], os.path.dirname(os.path.abspath(path))])
        raise PlanError(f'there is no role "{name}"', origin, nearest(name, known) or f"looked in {', '.join(looked)}")

    def variables(self, path: str, folder: str, stem: str) -> Mapping[str, Any]:
        """Return what main.yml (or another file) of a role's folder holds; a folder of that name is merged."""
        file = chosen(path, folder, stem)
        if file is None:
            return {}
        if not os.path.isdir(file):
            return self.mapping(file)
        merged = located({}, Origin(file, 1, 1))
        for each in sorted(Path(file).rglob("*")):
            if each.is_file() and each.suffix in ENDINGS and not each.name.startswith("."):
                found = self.mapping(str(each))
                merged.update(found)
                merged.origins.update(getattr(found, "origins", {}))
        return merged

    def mapping(self, file: str) -> Mapping[str, Any]:
        """Return the mapping in a file; an empty file is an empty one."""
        value = self.once(file)
        if value is not None and not isinstance(value, dict):
            raise LoadError(f"a mapping of names to values was expected here, not {described(value)}",
                            getattr(value, "origin", Origin(file, 1, 1)))
        return value or {}

    def once(self, file: str) -> Any:
        if (file, False) not in self.files:
            self.files[file, False] = read_file(file)
        return self.files[file, False]

    def tasks(self, path: str, folder: str, stem: str) -> tuple[Task | Block, ...]:
        file = chosen(path, folder, stem)
        return () if file is None else self.task_file(file)

    def task_file(self, file: str) -> tuple[Task | Block, ...]:
        """Return the tasks of a file, read once."""
        if (file, True) not in self.files:
            self.files[file, True] = read_tasks(self.once(file), self.names, Origin(file, 1, 1))
        tasks: tuple[Task | Block, ...] = self.files[file, True]
        return tasks


def chosen(path: str, folder: str, stem: str) -> str | None:
    """Return the file (or, for variables, directory) that a role's folder has under this name, or None."""
    for ending in (".yml", ".yaml", ".json", ""):
        file = os.path.join(path, folder, stem + ending)
        # A link that leads nowhere is there as well: reading it says what is wrong.
        if os.path.lexists(file) and (folder in ("vars", "defaults") or not os.path.isdir(file)):
            return file
    return None


def check_parts(path: str, name: str, parts: Mapping[str, str], origin: Origin) -> None:
    """Raise PlanError for a file that was asked for by name (`tasks_from: install`) and that a role does not have."""
    for part, stem in parts.items():
        folder = part.removesuffix("_from")
        if stem != "main" and not chosen(path, folder, stem):
            where = os.path.join(path, folder)
            known = [os.path.splitext(each)[0] for each in os.listdir(where)] if os.path.isdir(where) else []
            raise PlanError(f"the role {name} has no file {folder}/{stem}", origin, nearest(stem, known))


def mapping_in(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the mapping that a key of another stands for, an empty one where there is none; raises LoadError."""
    value = values.get(key)
    if value is not None and not isinstance(value, dict):
        raise LoadError(f"{key} is a mapping of names to what is said of them; this is {described(value)}",
                        getattr(values, "origins", {}).get(key))
    return value or {}


def shown_name(name: str, path: str, home: str) -> str:
    """Return what a role is called: as it was named, a path too (measured, 2.19), or with its collection."""
    if home:
        return f"{home}.{path.rpartition(f'{os.sep}roles{os.sep}')[2].replace(os.sep, '.')}"
    return name


def is_role(path: str) -> bool:
    return any(os.path.isdir(os.path.join(path, each)) for each in ("tasks", "meta", "defaults", "handlers", "vars"))


def located(values: Mapping[str, Any], origin: Origin) -> LocatedDict:
    """Return a mapping that was made, not read, as if it stood at one place."""
    made = LocatedDict(values)
    made.origin, made.origins, made.keys_at = origin, dict.fromkeys(values, origin), dict.fromkeys(values, origin)
    return made
