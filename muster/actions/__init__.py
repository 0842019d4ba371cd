"""The controller's half of task types: `muster/actions/NAME.py` holds the action NAME."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

SHARED = ("action", "local_files")


def names() -> list[str]:
    """Return the names of all actions, sorted.

    >>> names()[:3]
    ['add_host', 'assert', 'copy']
    """
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in SHARED)


def find(name: str) -> Callable[..., Any] | None:
    """Return the function of an action, or None; its file is imported only now."""
    if name not in names():
        return None
    module = importlib.import_module(f"{__name__}.{name}")
    function: Callable[..., Any] = next(
        each for each in vars(module).values() if hasattr(each, "task") and each.__module__ == module.__name__)
    return function
