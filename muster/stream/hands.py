"""What a host's walk works with: agents on the host itself and on those it delegates to, opened when first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from muster.connect.connections import Connections
from muster.connect.destination import Defaults, Destination, destination
from muster.connect.session import Session
from muster.connect.ssh_config import SshConfig
from muster.connect.start import Become

Lookup = Callable[[str], Any]
Address = tuple[str, ...]
ADDRESS = ("ansible_connection", "ansible_host", "ansible_port", "ansible_user")


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

    def destination(self, host: str, variables: Lookup) -> Destination:
        """Return the way to a host; it is found once for the variables that name it. Raises ConnectError."""
        address = address_of(host, variables)
        if address not in self.destinations:
            self.destinations[address] = destination(host, variables, self.defaults, self.config)
        return self.destinations[address]

    def session(self, host: str, become: Become, variables: Lookup, facts: Any = None) -> Session:
        """Return the session that acts as this user on this host; raises HostError."""
        known = self.known(host, become, variables)
        if known is None:
            interpreter = variables("ansible_python_interpreter")
            known = self.connections.session(self.destination(host, variables), become, interpreter, facts)
            self.sessions[address_of(host, variables), become] = known
        return known

    def known(self, host: str, become: Become, variables: Lookup) -> Session | None:
        """Return the session that acts as this user on this host, if it is open."""
        session = self.sessions.get((address_of(host, variables), become))
        return None if session is None or session.closed else session

    def close(self) -> None:
        """End all agents; logins stay for those who share them."""
        for session in self.sessions.values():
            session.close()
        self.sessions.clear()

    def reset(self, host: str, variables: Lookup, timeout: float | None = None) -> None:
        """End the agents on a host and its login; the next task logs in anew.

        timeout: seconds the next login may take, if not as many as every other
        """
        address = address_of(host, variables)
        for key in [key for key in self.sessions if key[0][0] == host]:
            self.sessions.pop(key).close()
        found = self.destination(host, variables)
        self.connections.forget(found)
        self.destinations.pop(address)
        if timeout is not None:
            self.destinations[address] = replace(found, timeout=timeout)


def address_of(host: str, variables: Lookup) -> Address:
    """Return what tells one way to a host from another: a later task may log in as another user, or elsewhere."""
    return host, *(str(variables(name)) for name in ADDRESS)
