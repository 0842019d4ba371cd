"""Ansible's collections, as far as they are in reach: their roles, their playbooks, and where their modules are.

A collection is a directory `ansible_collections/NAMESPACE/NAME`, with `roles/`, `playbooks/` and `plugins/` in it.
Source: the page "Using collections" of Ansible's documentation; what it leaves open was measured (ansible-core 2.19).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

# Where ansible-galaxy puts collections, unless ANSIBLE_COLLECTIONS_PATH says otherwise.
COLLECTIONS_PATH = "~/.ansible/collections:/usr/share/ansible/collections"
TREE = "ansible_collections"


def places(directory: str, configured: Sequence[str] | None = None) -> Iterator[str]:
    """Yield the directories that may hold `ansible_collections`, for the playbooks of a directory.

    configured: where they are looked for besides; by default what the environment says
    """
    if configured is None:
        configured = os.environ.get("ANSIBLE_COLLECTIONS_PATH", COLLECTIONS_PATH).split(os.pathsep)
    directory = os.path.abspath(directory)
    yield os.path.join(directory, "collections")
    for place in configured:
        yield os.path.expanduser(place)
    yield from sys.path  # The `ansible` package brings its collections as a part of Python's packages.
    if of_path(directory):  # A playbook that is part of a collection sees that one and its neighbours.
        yield directory.rpartition(f"/{TREE}/")[0]


def root(name: str, directory: str, configured: Sequence[str] | None = None) -> str | None:
    """Return where a collection, `namespace.name`, is for the playbooks of a directory; None if it is not there."""
    for place in places(directory, configured):
        path = os.path.join(place, TREE, *name.split("."))
        if os.path.isdir(path):
            return path
    return None


def roots(directory: str, configured: Sequence[str] | None = None) -> Iterator[str]:
    """Yield where every collection is that the playbooks of a directory can use."""
    for place in dict.fromkeys(places(directory, configured)):
        tree = os.path.join(place, TREE)
        for namespace in subdirectories(tree):
            yield from subdirectories(namespace)


def subdirectories(directory: str) -> list[str]:
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    return [path for name in names if os.path.isdir(path := os.path.join(directory, name))]


def of_path(path: str) -> str:
    """Return the name of the collection that a file or directory is part of, or an empty text.

    >>> of_path("/usr/share/ansible_collections/my/own/roles/web")
    'my.own'
    """
    _, found, rest = os.path.abspath(path).rpartition(f"/{TREE}/")
    parts = rest.split("/")
    return ".".join(parts[:2]) if found and len(parts) > 1 else ""


def find_role(
    name: str, directory: str, searched: Sequence[str], configured: Sequence[str] | None = None
) -> tuple[str, str] | None:
    """Return the directory of a role of a collection and the name of the collection, or None.

    name: with its collection before it, `namespace.name.role`, or without
    directory: the playbook's
    searched: the collections where a name without one is looked up
    """
    if os.sep in name:
        return None
    within = [(collection, name) for collection in searched]
    if name.count(".") > 1:
        first, second, rest = name.split(".", 2)
        within.insert(0, (f"{first}.{second}", rest))
    for collection, role in within:
        place = root(collection, directory, configured)
        path = os.path.join(place, "roles", *role.split(".")) if place else ""
        if path and os.path.isdir(path):
            return path, collection
    return None


def find_playbook(name: str, directory: str) -> str | None:
    """Return the file of a playbook of a collection, `namespace.name.playbook`, or None."""
    if name.count(".") < 2 or os.sep in name:
        return None
    first, second, *rest = name.split(".")
    place = root(f"{first}.{second}", directory)
    files = [os.path.join(place, "playbooks", *rest) + ending for ending in (".yml", ".yaml")] if place else []
    return next((file for file in files if os.path.isfile(file)), None)
