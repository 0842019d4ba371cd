"""Fabric without what it brings along and nobody here uses.

Invoke, on which Fabric stands, comes with a copy of PyYAML of its own (it takes the installed one where that copy is
left out), and imports `unittest.mock` for a test double, which imports asyncio. Seen in Invoke 2.2.1; together they
took longer to load than paramiko. Paramiko 5.1.0 asks `importlib.metadata` for its own version, which loads zipfile and
half of email and reads a file: a third of what is left.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from muster.connect.quiet import quiet


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
    lent = {name: module for name, module in stand_ins().items() if name not in sys.modules}
    sys.modules.update(lent)
    try:
        import invoke  # noqa: F401
        import paramiko  # noqa: F401
    finally:
        for name in lent:
            del sys.modules[name]  # Whoever asks for it later gets the real one.
    import fabric  # noqa: F401


def stand_ins() -> dict[str, ModuleType]:
    """Return what is lent while these are imported: Invoke takes `Mock`, paramiko asks for its version."""
    mock: Any = ModuleType("unittest.mock")
    mock.Mock = None
    metadata: Any = ModuleType("importlib.metadata")
    metadata.version = version
    return {mock.__name__: mock, metadata.__name__: metadata}


def version(name: str) -> str:
    """Return the version of an installed package: it is part of the name of a folder beside it."""
    for directory in sys.path:
        for found in Path(directory).glob(f"{name}-*.dist-info"):
            return found.name.removesuffix(".dist-info").rpartition("-")[2]
    return "unknown"  # Paramiko does nothing with it but tell it to servers.
