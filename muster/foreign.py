"""Modules and action plugins written for Ansible: muster does not run them, but it knows their names.

They lie in `library/` and `action_plugins/` beside a playbook or in a role, in configured directories, and in
collections. A task of such a type is no mistake of its playbook.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property

from muster import collection
from muster.config import Config


class Foreign:
    """Finds the files of such modules by name.

    directories: of the playbooks
    config: says where else they are
    """

    def __init__(self, directories: Sequence[str] = (), config: Config | None = None) -> None:
        self.directories = directories
        self.config = config or Config()
        self.own: dict[str, str] = {}
        for place in (*self.config["library"], *self.config["action_plugins"]):
            self.own.update(modules(place))
        for directory in directories:
            self.learn(directory)

    def learn(self, directory: str) -> None:
        """Take over what a playbook's directory or a role brings along."""
        for folder in ("library", "action_plugins"):
            self.own.update(modules(os.path.join(directory, folder)))

    def find(self, name: str) -> str | None:
        """Return the file of the module of this name, or None; collections are looked through for it last."""
        return self.own.get(name) or self.of_collections.get(name)

    @cached_property
    def of_collections(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for directory in self.directories:
            for place in collection.roots(directory, self.config["collections_path"]):
                for folder in ("modules", "action"):
                    found = {**dict(modules(os.path.join(place, "plugins", folder))), **found}
        return found


def modules(directory: str) -> Iterator[tuple[str, str]]:
    """Yield name and file of each module in a directory."""
    for file in sorted(os.listdir(directory)) if os.path.isdir(directory) else ():
        name, ending = os.path.splitext(file)
        if name.isidentifier() and not name.startswith("__") and ending in (".py", ".ps1", ".sh", ""):
            yield name, os.path.join(directory, file)
