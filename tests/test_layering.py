"""Imports point down, as ARCHITECTURE.md draws it: a room knows the floors below, and no other of its own."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

MUSTER = Path(__file__).parents[1] / "muster"

FLOORS = (
    ("target",),
    ("errors", "secrets", "model", "config", "vault", "signature", "manual", "argument_spec", "library", "collection",
     "foreign", "catalogue", "scope", "template", "actions"),
    ("load", "inventory", "plan", "connect", "stream", "report", "lab"),
    ("run",),
    ("cli", "__main__", "__init__"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# On the floors of the words and of the command line all lean on each other.
SHARED = (1, 4)
# The rooms between meet only in `run`, but for what is said here, which must not go in circles.
KNOWS = {
    "inventory": {"load"},  # YAML is read in one place.
    "plan": {"load"},  # Roles are read when they are expanded.
    "stream": {"connect", "inventory", "load", "plan"},  # Dynamic includes and add_host do at run time what those do.
}


def imports(path: Path) -> Iterator[str]:
    """Yield the room of every import of muster, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("muster."))


def test_every_room_is_on_a_floor() -> None:
    rooms = {path.stem for path in MUSTER.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - set(FLOOR) == set(), "add it to FLOORS here, and to ARCHITECTURE.md"


def test_the_rooms_that_know_each_other_are_in_no_circle() -> None:
    graphlib.TopologicalSorter(KNOWS).prepare()  # Raises CycleError.


@pytest.mark.parametrize("room", FLOOR)
def test_a_room_imports_only_what_is_below_it(room: str) -> None:
    files = [MUSTER / f"{room}.py"] if (MUSTER / f"{room}.py").exists() else sorted((MUSTER / room).rglob("*.py"))
    assert files, f"there is no muster/{room}: take it out of FLOORS"
    own = FLOOR[room]
    allowed = {name for name, floor in FLOOR.items() if floor < own or (floor == own and own in SHARED)}
    allowed |= {room, *KNOWS.get(room, ())}
    wrong = [f"{path.relative_to(MUSTER.parent)} imports {name}" for path in files for name in imports(path)
             if name not in allowed]
    assert wrong == []
