"""Variables out of files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Literal

from muster.actions.action import Failed, Here, action
from muster.model import LocatedDict

EXTENSIONS = ("json", "yaml", "yml")


@action(free_form="file", facts=True)
def include_vars(
    here: Here, file: str | None = None, dir: str | None = None, name: str | None = None, depth: int = 0,
    files_matching: str | None = None, ignore_files: list[str] | None = None, extensions: list[str] | None = None,
    ignore_unknown_extensions: bool = False, hash_behaviour: Literal["replace", "merge"] = "replace",
) -> dict[str, Any]:
    """Read variables out of a file, or all files of a directory, in the order of their names.

    file: the file, looked up in the role's vars/ and beside the tasks
    dir: the directory, instead of a file
    name: put them all into one variable of this name
    depth: how many levels of directories to read; 0 for all
    files_matching: regular expression that names of files in the directory must match
    ignore_files: regular expressions for ends of names of files in the directory to leave out
    extensions: endings of files in the directory; json, yaml and yml by default
    ignore_unknown_extensions: leave files of other endings out; else they make it fail
    hash_behaviour: merge mappings with those that the variables hold already, or replace them

    Example:
        - name: Read what is particular to this system
          include_vars: "{{ ansible_os_family }}.yml"

    Returns:
        ansible_facts: the variables, not yet templated
        ansible_included_var_files: paths of the files
    """
    if (file is None) == (dir is None):
        raise Failed("give file or dir" + (", not both" if file is not None else ""))
    if file is not None:
        paths = [here.find("vars", file)]
    else:
        accepted = tuple(ending.lstrip(".") for ending in extensions or EXTENSIONS)
        paths = list(files_in(directory(here, str(dir)), depth, files_matching, ignore_files or [], accepted,
                              ignore_unknown_extensions))
    variables = LocatedDict()
    variables.origin, variables.origins, variables.keys_at = here.origin, {}, {}
    for path in paths:
        add(variables, here.read_yaml(path), path)
    found: dict[str, Any] = {name: variables} if name else variables
    if hash_behaviour == "merge":
        found = {key: merged(here.variable(key), value) for key, value in found.items()}
    return {"changed": False, "ansible_facts": found, "ansible_included_var_files": paths}


def directory(here: Here, name: str) -> str:
    path = here.find("vars", name)
    if not os.path.isdir(path):
        raise Failed(f"{path} is no directory; a single file is given as file")
    return path


def files_in(
    top: str, depth: int, matching: str | None, ignored: list[str], accepted: tuple[str, ...], lenient: bool
) -> Iterator[str]:
    """Yield the paths of the files to read; raise Failed for one of a strange ending unless `lenient`."""
    wanted = pattern("files_matching", matching or "")
    unwanted = [pattern("ignore_files", f"(?:{each})$") for each in ignored]
    above: dict[str, tuple[str, ...]] = {}  # The directories that each is in, links followed.
    for parent, names, files in os.walk(top, followlinks=True):
        names.sort()
        real, inside = os.path.realpath(parent), above.get(os.path.dirname(parent), ())
        if real in inside:
            raise Failed(f"the directory {parent} is inside of itself: a symbolic link leads back to {real}")
        above[parent] = (*inside, real)
        if depth and parent[len(top) :].count(os.sep) + 1 >= depth:
            names.clear()
        for name in sorted(files):
            if not wanted.search(name) or any(each.search(name) for each in unwanted):
                continue
            if os.path.splitext(name)[1][1:] in accepted:
                yield os.path.join(parent, name)
            elif not lenient:
                raise Failed(f"{os.path.join(parent, name)} does not end in {', '.join(accepted)}; name it in "
                             "ignore_files, or use ignore_unknown_extensions: yes")


def pattern(argument: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise Failed(f"{argument}: {text!r} is no regular expression: {error}") from None


def add(variables: LocatedDict, document: Any, path: str) -> None:
    """Add the variables of one file, and the places where they stand."""
    if document is None:
        return
    if not isinstance(document, dict):
        raise Failed(f"{path} must hold a mapping of variables")
    variables.update(document)
    variables.origins.update(getattr(document, "origins", {}))
    variables.keys_at.update(getattr(document, "keys_at", {}))


def merged(old: Any, new: Any) -> Any:
    """Return a mapping with the entries of both, at every depth; what is no mapping replaces the old."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
