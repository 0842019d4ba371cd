"""Fabric without what it brings along and nobody here uses.

Invoke, on which Fabric stands, comes with a copy of PyYAML of its own (it takes the installed one where that copy is
left out), and imports `unittest.mock` for a test double, which imports asyncio. Seen in Invoke 2.2.1; together they
took longer to load than paramiko. Paramiko 5.1.0 asks `importlib.metadata` for its own version, which loads zipfile and
half of email and reads a file: a third of what is left.
"""

from __future__ import annotations

import importlib
import sys
import threading
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
            # Invoke makes a list of all names of the object whenever an attribute is set, and sets those that are not
            # in it in the configuration, which another thread may be reading (Fabric 3.2.3 has one such).
            __setattr__ = object.__setattr__

        self.class_of_connections = Connection
        # One configuration for all connections: reading it anew for each costs more than a handshake.
        self.config = fabric.Config(lazy=True, ssh_config=paramiko.SSHConfig())
        # Its place inside of another: none. Without this Invoke asks `hasattr` for it at each value that is a mapping,
        # and for the answer no its `__getattr__` lists all that there is in a long message.
        self.config._set(_keypath=())

    def connection(self, address: str, **options: Any) -> Any:
        """Return a connection that is not open yet."""
        return self.class_of_connections(address, config=self.config, **options)


LOADING = threading.Lock()


def load_fabric() -> None:
    """Import Fabric and paramiko, once a process; who then says `import fabric` gets it."""
    quiet()
    with LOADING:
        sys.modules.setdefault("invoke.vendor.yaml", yaml)
        # Invoke takes `Mock`, and paramiko asks for its own version.
        lent = [StandIn("unittest.mock", Mock=None), StandIn("importlib.metadata", version=version)]
        for each in lent:
            sys.modules.setdefault(each.__name__, each)
        try:
            import invoke  # noqa: F401
            import paramiko  # noqa: F401
        finally:
            for each in lent:
                each.leave()
        import fabric  # noqa: F401


class StandIn(ModuleType):
    """Stands for a module while this thread imports something that needs hardly anything of it.

    Whoever else asks for the module meanwhile, or for something that is not there, gets the real one.
    """

    def __init__(self, name: str, **given: Any) -> None:
        super().__init__(name)
        self._given = given
        self._thread = threading.get_ident()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # What the import system looks for; there is nothing of it here.
        if name in self._given and threading.get_ident() == self._thread:
            return self._given[name]
        self.leave()
        return getattr(importlib.import_module(self.__name__), name)

    def leave(self) -> None:
        """Make way for the real module."""
        if sys.modules.get(self.__name__) is self:
            sys.modules.pop(self.__name__, None)


def version(name: str) -> str:
    """Return the version of an installed package: it is part of the name of a folder beside it."""
    for directory in sys.path:
        for found in Path(directory).glob(f"{name}-*.dist-info"):
            return found.name.removesuffix(".dist-info").rpartition("-")[2]
    return "unknown"  # Paramiko does nothing with it but tell it to servers.
