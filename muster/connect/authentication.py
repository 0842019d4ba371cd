"""Getting in: keys from files, keys of the agent, a password, the likeliest first."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from muster.connect.destination import Hop
from muster.connect.keys import Keys, public
from muster.errors import ConnectError

if TYPE_CHECKING:
    import paramiko


class Authentication:
    """One user's attempts at one server. It is paramiko's strategy object.

    host: whom errors are about
    password: tried last, None for keys only
    offered: how many keys the server was shown
    """

    def __init__(self, host: str, hop: Hop, keys: Keys, password: str | None) -> None:
        self.host = host
        self.hop = hop
        self.keys = keys
        self.password = password
        self.offered = 0

    def authenticate(self, transport: paramiko.Transport) -> None:
        """Try until the server is content; raises ConnectError when it is not."""
        import paramiko

        refusal = "it accepts none of our keys"
        for key in self.candidates():
            self.offered += 1
            try:
                if not transport.auth_publickey(self.hop.user, key):
                    return
                refusal = "it wants a second proof besides the key"
                break
            except paramiko.BadAuthenticationType as error:
                refusal = f"it accepts no keys, only {', '.join(error.allowed_types)}"
                break
            except (paramiko.SSHException, EOFError):
                if not transport.is_active():
                    raise self.refused("it hung up on us") from None
        if self.password is not None:
            try:
                if not transport.auth_password(self.hop.user, self.password):
                    return
                refusal = "it wants a second proof besides the password"
            except (paramiko.SSHException, EOFError):
                refusal = "it refuses the password"
        raise self.refused(refusal)

    def candidates(self) -> Iterator[paramiko.PKey]:
        """Yield keys: the files that are open, the agent's keys that files name, locked files, the agent's other keys.

        So nobody is asked for a passphrase that the agent spares him, and a server that counts attempts (MaxAuthTries)
        sees the keys that were meant for it before those that just happen to be in the agent.
        """
        shown: set[bytes] = set()
        for path in self.hop.keys:
            if key := self.keys.load(path):
                shown.add(key.asbytes())
                yield key
        with held_by_agent(self.hop) as held:
            named = {path: public(path) for path in self.hop.keys}
            for blob in named.values():
                if blob in held and blob not in shown:
                    yield held[blob]
            for path, blob in named.items():
                if blob not in held and (key := self.keys.unlock(path)) and key.asbytes() not in shown:
                    yield key
            if not self.hop.only_listed:
                yield from (key for blob, key in held.items() if blob not in shown and blob not in named.values())

    def refused(self, words: str) -> ConnectError:
        where = f"{self.hop.user}@{self.hop.address}:{self.hop.port}"
        return ConnectError(self.host, f"{where} does not let us in: {words}", tried(self.hop, self.offered))


@contextlib.contextmanager
def held_by_agent(hop: Hop) -> Iterator[dict[bytes | None, paramiko.PKey]]:
    """Give the keys of the ssh-agent by their public halves; each login has a connection of its own to it."""
    import paramiko

    if not hop.agent:
        yield {}
        return
    agent = paramiko.Agent()
    try:
        yield {key.asbytes(): key for key in agent.get_keys()}
    finally:
        agent.close()


def tried(hop: Hop, offered: int) -> str:
    """Say what was tried, so that the reader sees what is missing."""
    have = [key for key in hop.keys if os.path.isfile(os.path.expanduser(key))]
    missing = [key for key in hop.keys if key not in have]
    words = f"tried {offered} key{'s' if offered != 1 else ''}"
    words += f", from {', '.join(have)}" if have else ""
    words += " and from the ssh-agent" if hop.agent else ""
    if not have and missing:
        words += f"; there is no {' or '.join(missing)}"
    return words
