"""Variables beside an inventory or a playbook: group_vars/ and host_vars/.

    group_vars/web                  YAML, with or without an ending
    group_vars/db.yml
    group_vars/all/                 every YAML file in it, in order of name, and of the directories in it
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

from muster.inventory.listing import listing, within
from muster.inventory.mapping import read_mapping
from muster.load.yaml import YamlWarning
from muster.model import LocatedDict

# In the order in which Ansible looks; it reads the first that exists, and no other.
ENDINGS = ("", ".yml", ".yaml", ".json")
MAPPING = "a file of variables is a mapping of names to values"


class VarsFiles:
    """One group_vars or host_vars directory. It is listed once, and each file is read once, when it is asked for."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.present: frozenset[str] | None = None
        self.known: dict[str, list[tuple[LocatedDict, str]]] = {}

    def variables(self, name: str) -> list[tuple[LocatedDict, str]]:
        """Return (values, file) of each file for a group or host, lowest precedence first.

        Raises InventoryError when a file is no mapping, LoadError when it cannot be read.
        """
        if name not in self.known:
            read = [(read_mapping(file, MAPPING), file) for file in self.files(name)]
            self.known[name] = [(values, file) for values, file in read if values]
        return self.known[name]

    def files(self, name: str) -> list[str]:
        """Return the paths of the files for a name."""
        if self.present is None:
            self.present = frozenset(listing(self.directory) if os.path.isdir(self.directory) else ())
        paths = [os.path.join(self.directory, name + ending) for ending in ENDINGS if name + ending in self.present]
        # Only a directory without an ending holds variables: all.yml/ does not.
        paths = [path for path in paths if not os.path.isdir(path) or os.path.basename(path) == name]
        for path in paths[1:]:
            warnings.warn(f"{path} is not read, because {paths[0]} is there", YamlWarning, stacklevel=2)
        return [file for path in paths[:1] for file in (walk(path) if os.path.isdir(path) else [path])]


def walk(directory: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the variable files of a directory and of those in it; hidden files, backups and other endings are not."""
    inside = within(directory, above)
    for name in listing(directory):
        path = os.path.join(directory, name)
        ending = os.path.splitext(name)[1]
        if name.startswith(".") or name.endswith("~"):
            continue
        if os.path.isdir(path):
            if not ending:
                yield from walk(path, inside)
        elif ending in ENDINGS:
            yield path
