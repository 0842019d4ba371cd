"""Fabric without what it brings along and nobody here uses.

Invoke, on which Fabric stands, comes with a copy of PyYAML of its own (it takes the installed one where that copy is
left out), and imports `unittest.mock` for a test double, which imports asyncio. Seen in Invoke 2.2.1; together they
took longer to load than paramiko.
"""

from __future__ import annotations

import sys
from types import ModuleType

import yaml

MOCK = "unittest.mock"


def load_fabric() -> None:
    """Import Fabric, once a process; who then says `import fabric` gets it."""
    sys.modules.setdefault("invoke.vendor.yaml", yaml)
    lacking = MOCK not in sys.modules
    if lacking:
        sys.modules[MOCK] = stand_in()
    try:
        import invoke  # noqa: F401
    finally:
        if lacking:
            del sys.modules[MOCK]  # Whoever asks for it later gets the real one.
    import fabric  # noqa: F401


def stand_in() -> ModuleType:
    """Return a module from which any name may be taken (Invoke takes `Mock`)."""
    module = ModuleType(MOCK)
    module.__getattr__ = lambda name: None  # type: ignore[method-assign]
    return module
