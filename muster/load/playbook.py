"""Playbooks out of YAML files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from muster import collection
from muster.errors import LoadError, Origin, PlanError, nearest_file
from muster.library import short_name
from muster.load.keywords import PLAY, ROLE, check_keywords, check_values, taken
from muster.load.shapes import described
from muster.load.tasks import Names, check_defaults, read_tasks
from muster.load.yaml import read_file
from muster.model import LocatedDict, LocatedList, Play, Playbook, RoleEntry

PARTS = ("pre_tasks", "roles", "tasks", "post_tasks", "handlers", "hosts")


def load(files: Sequence[str], names: Names) -> Playbook:
    """Return the plays of these files, one after the other, with everything they import.

    Raises LoadError or PlanError with the place to mend.
    """
    return Playbook(", ".join(files), tuple(play for file in files for play in read_plays(file, names, ())))


def read_plays(file: str, names: Names, importing: tuple[str, ...]) -> list[Play]:
    if os.path.isdir(file):
        raise LoadError(f"{file} is a directory: a playbook is a file")
    if not os.path.lexists(file):
        raise LoadError(f"there is no playbook {file}", None, nearest_file(file))
    value = read_file(file)
    if value is None:
        raise LoadError(f"{file} is empty: a playbook is a list of plays")
    if not isinstance(value, LocatedList):
        raise LoadError(f"a playbook is a list of plays (`- hosts: ...`); this is {described(value)}",
                        getattr(value, "origin", Origin(file, 1, 1)))
    plays: list[Play] = []
    for each, place in zip(value, value.origins, strict=True):
        if not isinstance(each, LocatedDict):
            raise PlanError(f"a play is a mapping (`- hosts: ...`); this is {described(each)}", place)
        key = next((key for key in each if short_name(str(key)) == "import_playbook"), None)
        if key is None:
            plays.append(read_play(each, names, file))
        else:
            plays += import_playbook(each, str(key), names, file, (*importing, os.path.realpath(file)))
    return plays


def import_playbook(entry: LocatedDict, key: str, names: Names, file: str, importing: tuple[str, ...]) -> list[Play]:
    """Return the plays of an imported playbook, with the variables, tags and conditions of the import."""
    check_keywords(entry, [key, "name", "vars", "tags", "when"], "import_playbook")
    place = entry.origins[key]
    if not isinstance(entry[key], str):
        raise PlanError(f"{key} names a file; this is {described(entry[key])}", place)
    path = os.path.normpath(os.path.join(os.path.dirname(file), entry[key]))
    if not os.path.isfile(path):
        path = collection.find_playbook(entry[key], os.path.dirname(file)) or path
    if not os.path.isfile(path):
        raise LoadError(f"there is no playbook {path} to import", place, nearest_file(path))
    if os.path.realpath(path) in importing:
        way = " -> ".join(os.path.relpath(each) for each in (*importing, os.path.realpath(path)))
        raise LoadError("this playbook imports itself", place, way)
    return [with_import(play, entry) for play in read_plays(path, names, importing)]


def with_import(play: Play, entry: LocatedDict) -> Play:
    """Return a play with what its import says added."""
    keywords = taken(play.keywords, list(play.keywords))
    if "vars" in entry:
        keywords["vars"] = [*as_list(keywords.get("vars")), *as_list(entry["vars"])]
        keywords.origins["vars"] = entry.origins["vars"]
    if "tags" in entry:
        keywords["tags"] = [*as_list(entry["tags"]), *as_list(keywords.get("tags"))]
    if "when" in entry:
        keywords["when"] = [*as_list(entry["when"]), *as_list(keywords.get("when"))]
        keywords.origins["when"] = entry.origins["when"]
    return Play(play.hosts, keywords, play.pre_tasks, play.roles, play.tasks, play.post_tasks, play.handlers,
                play.origin, play.directory)


def as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def read_play(entry: LocatedDict, names: Names, file: str) -> Play:
    check_keywords(entry, PLAY, "a play")
    check_defaults(entry, names)
    if entry.get("hosts") in (None, "", []):
        raise PlanError("this play does not say for which hosts it is (`hosts:`)", entry.origin)

    def tasks(part: str) -> Any:
        return read_tasks(entry.get(part), names, entry.origins.get(part, entry.origin))

    keywords = taken(entry, [word for word in PLAY if word not in PARTS])
    if "user" in keywords:
        keywords.setdefault("remote_user", keywords["user"])
    keywords.origins["hosts"] = entry.origins["hosts"]
    roles = read_role_entries(entry.get("roles"), entry.origins.get("roles", entry.origin))
    return Play(entry["hosts"], keywords, tasks("pre_tasks"), roles, tasks("tasks"), tasks("post_tasks"),
                tasks("handlers"), entry.origin, str(Path(file).parent))


def read_role_entries(value: Any, origin: Origin) -> tuple[RoleEntry, ...]:
    """Return the entries of `roles:` or `dependencies:`; each is a name or a mapping with `role:`."""
    if value is None:
        return ()
    if not isinstance(value, LocatedList):
        raise PlanError(f"a list of roles was expected here, not {described(value)}", getattr(value, "origin", origin))
    return tuple(read_role_entry(each, place) for each, place in zip(value, value.origins, strict=True))


def read_role_entry(value: Any, place: Origin) -> RoleEntry:
    if isinstance(value, str):
        empty = LocatedDict()
        empty.origin, empty.origins, empty.keys_at = place, {}, {}
        return RoleEntry(value, empty, {}, place)
    if not isinstance(value, LocatedDict) or not (value.get("role") or value.get("name")):
        raise PlanError("an entry of roles is a name, or a mapping with `role:`", place)
    name = str(value.get("role") or value["name"])
    known = [word for word in ROLE if word not in ("role", "name")]
    keywords = taken(value, known)
    check_values(keywords)
    parameters = taken(value, [key for key in value if key not in (*known, "role", "name")])
    return RoleEntry(name, keywords, parameters, place)
