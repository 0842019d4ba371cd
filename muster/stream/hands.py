"""What a host's walk works with: agents on the host itself and on those it delegates to, opened when first needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from muster.connect.become import Become
from muster.connect.connections import Connections
from muster.connect.destination import Defaults, Destination, destination
from muster.connect.session import Session
from muster.connect.ssh_config import SshConfig

if TYPE_CHECKING:
    from muster.stream.way import Address, Way


class Hands:
    """The sessions of one host's walks, over all plays.

    host: whose walks they are
    """

    def __init__(self, host: str, connections: Connections, defaults: Defaults, config: SshConfig) -> None:
        self.host = host
        self.connections = connections
        self.defaults = defaults
        self.config = config
        self.sessions: dict[tuple[Address, Become], Session] = {}
        self.destinations: dict[Address, Destination] = {}

    def destination(self, way: Way) -> Destination:
        """Return how to reach a host; it is found once for the variables that name it. Raises ConnectError."""
        if way.address not in self.destinations:
            self.destinations[way.address] = destination(way.host, way.lookup, self.defaults, self.config)
        return self.destinations[way.address]

    def session(self, way: Way, facts: Any = None) -> Session:
        """Return the session that goes this way, opened if need be; raises HostError.

        facts: arguments of `setup` for a session that is opened only now
        """
        known = self.known(way)
        if known is None:
            interpreter = way.lookup("ansible_python_interpreter") or self.defaults.interpreter
            known = self.connections.session(self.destination(way), way.become, interpreter, facts)
            self.sessions[way.address, way.become] = known
        return known

    def known(self, way: Way) -> Session | None:
        """Return the session that goes this way, if it is open."""
        session = self.sessions.get((way.address, way.become))
        return None if session is None or session.closed else session

    def close(self) -> None:
        """End all agents; logins stay for those who share them."""
        for session in self.sessions.values():
            session.close()
        self.sessions.clear()

    def reset(self, way: Way, timeout: float | None = None) -> None:
        """End the agents on a host and its login; the next task logs in anew.

        timeout: seconds the next login may take, if not as many as every other
        """
        for key in [key for key in self.sessions if key[0][0] == way.host]:
            self.sessions.pop(key).close()
        found = self.destination(way)
        self.connections.forget(found)
        self.destinations.pop(way.address)
        if timeout is not None:
            self.destinations[way.address] = replace(found, timeout=timeout)
