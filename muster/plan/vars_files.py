"""`vars_files`: files of variables that a play names, before any host is known or for each host by its facts."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from muster.errors import LoadError, Origin, nearest_file
from muster.load.playbook import as_list
from muster.load.shapes import described
from muster.load.yaml import read_file
from muster.model import Layer, Play
from muster.scope import Scope


class HostsFile(NamedTuple):
    """An entry; in a plan, one that cannot be found before hosts are known: `vars/{{ ansible_os_family }}.yml`.

    entry: as it stands there; of a list of names the first that exists counts
    """

    entry: Any
    place: Origin


def layer_of(file: HostsFile, play: Play, scope: Scope) -> tuple[Layer, ...]:
    """Return the variables of an entry of `vars_files`: those of the first of its files that exists.

    scope: the variables that names are made of
    Raises UndefinedVariable when one of these is not known, and LoadError when there is no such file.
    """
    names = [str(scope.engine.render(each, scope, file.place)) for each in as_list(file.entry)]
    paths = [os.path.normpath(os.path.join(play.directory, folder, os.path.expanduser(name)))
             for name in names for folder in ("", "vars")]
    for path in paths:
        if os.path.isfile(path):
            values = read_variables(path)
            return (Layer("vars_files", values, path),) if values else ()
    hints = [hint for path in paths if (hint := nearest_file(path))]
    raise LoadError(f"there is no file {' or '.join(names)} (vars_files)", file.place, hints[0] if hints else "")


def read_variables(path: str) -> Any:
    """Return the mapping in a file, None for an empty one; raises LoadError for anything else."""
    value = read_file(path)
    if value is not None and not isinstance(value, dict):
        raise LoadError(f"a file of variables is a mapping; this is {described(value)}",
                        getattr(value, "origin", Origin(path, 1, 1)))
    return value
