"""What a host's walk works with: agents on the host itself and on those it delegates to, opened when first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from muster.connect.connections import Connections
from muster.connect.destination import Defaults, Destination, SshConfig, destination
from muster.connect.session import Session
from muster.connect.start import Become

Lookup = Callable[[str], Any]


class Hands:
    """The sessions of one walk.

    host: whose walk it is
    """

    def __init__(self, host: str, connections: Connections, defaults: Defaults, config: SshConfig) -> None:
        self.host = host
        self.connections = connections
        self.defaults = defaults
        self.config = config
        self.sessions: dict[tuple[str, Become], Session] = {}
        self.destinations: dict[str, Destination] = {}

    def destination(self, host: str, variables: Lookup) -> Destination:
        """Return the way to a host; it is found once, unless the host's variables name another user later."""
        if host not in self.destinations:
            self.destinations[host] = destination(host, variables, self.defaults, self.config)
        return self.destinations[host]

    def session(self, host: str, become: Become, variables: Lookup, facts: Any = None) -> Session:
        """Return the session that acts as this user on this host; raises HostError."""
        known = self.known(host, become)
        if known is None:
            interpreter = variables("ansible_python_interpreter")
            known = self.sessions[host, become] = self.connections.session(
                self.destination(host, variables), become, interpreter, facts)
        return known

    def known(self, host: str, become: Become) -> Session | None:
        """Return the session that acts as this user on this host, if it is open."""
        session = self.sessions.get((host, become))
        return None if session is None or session.closed else session

    def close(self) -> None:
        """End all agents; logins stay for those who share them."""
        for session in self.sessions.values():
            session.close()
        self.sessions.clear()

    def reset(self, host: str, variables: Lookup) -> None:
        """End the agents on a host and its login; the next task logs in anew."""
        for key in [key for key in self.sessions if key[0] == host]:
            self.sessions.pop(key).close()
        self.connections.forget(self.destination(host, variables))
        self.destinations.pop(host, None)
