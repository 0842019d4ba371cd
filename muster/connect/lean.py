"""Fabric without what it brings along and nobody here uses.

Invoke, on which Fabric stands, comes with a copy of PyYAML of its own (it takes the installed one where that copy is
left out), and imports `unittest.mock` for a test double, which imports asyncio. Seen in Invoke 2.2.1; together they
took longer to load than paramiko.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import yaml

from muster.connect.quiet import quiet

MOCK = "unittest.mock"


class Fabric:
    """What logins need of Fabric: its class of connections, and the one configuration they share."""

    def __init__(self) -> None:
        load_fabric()
        import fabric
        import paramiko

        class Connection(fabric.Connection):  # type: ignore[misc]
            # Fabric 3.2.3 declares all its attributes but this; setting it in its constructor therefore rewrites the
            # configuration, which another thread may be reading.
            inline_ssh_env = None

        self.class_of_connections = Connection
        # One configuration for all connections: reading it anew for each costs more than a handshake.
        self.config = fabric.Config(lazy=True, ssh_config=paramiko.SSHConfig())

    def connection(self, address: str, **options: Any) -> Any:
        """Return a connection that is not open yet."""
        return self.class_of_connections(address, config=self.config, **options)


def load_fabric() -> None:
    """Import Fabric and paramiko, once a process; who then says `import fabric` gets it."""
    quiet()
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
