"""The bytes to and from a started agent: over an ssh channel, or through pipes to a local process."""

from __future__ import annotations

import os
import selectors
from typing import TYPE_CHECKING, Any, Protocol

from muster.connect.dial import round_trip

if TYPE_CHECKING:
    import fabric
    import paramiko

NEAR_SECONDS = 0.005
STATUS_SECONDS = 2.0  # How long an exit status may take to follow the end of the output.


class Pipe(Protocol):
    """A seam two methods wide, and two more for when something went wrong.

    near: whether to wait for an answer takes no time worth saving
    """

    near: bool

    def write(self, data: bytes) -> None:
        """Send all of the data; raises OSError when the far side is gone."""

    def read(self) -> bytes:
        """Return the next bytes, waiting for them; nothing at the end."""

    def errors(self) -> str:
        """Return what came on standard error so far."""

    def status(self) -> int | None:
        """Return the exit status, negative when a signal ended it; None when nothing is known of the other side."""

    def close(self) -> None: ...


class SshPipe:
    """A command on an ssh channel.

    Only one at a time may be made of a connection.
    """

    def __init__(self, connection: fabric.Connection, command: str) -> None:
        self.channel = started(connection, command)
        self.near = round_trip(self.channel.get_transport().sock) < NEAR_SECONDS

    def write(self, data: bytes) -> None:
        self.channel.sendall(data)

    def read(self) -> bytes:
        return self.channel.recv(1 << 17)

    def errors(self) -> str:
        found = b""
        while self.channel.recv_stderr_ready():
            found += self.channel.recv_stderr(1 << 16)
        return found.decode("utf-8", "replace")

    def status(self) -> int | None:
        # The end of the output and the exit status are two messages; the second may still be on its way.
        transport = self.channel.get_transport()
        if not self.channel.status_event.wait(STATUS_SECONDS) or not transport.is_active():
            return None
        return self.channel.recv_exit_status()

    def close(self) -> None:
        self.channel.close()


def started(connection: fabric.Connection, command: str) -> paramiko.Channel:
    """Return a new channel on which a command was asked for. What is sent right behind the request saves a round trip.

    The request needs the number that the server gives the channel. OpenSSH numbers the channels of a connection from
    zero (channel_new in its channels.c), so for the first of them the request goes right behind the opening. That saves
    another round trip, and on some links two: sshd's answer to the opening alone is a small packet that waits for the
    acknowledgement of the one before (Nagle), which it no longer does once a command runs.
    """
    import paramiko

    transport: Any = connection.transport
    if transport.channels_seen or "OpenSSH" not in transport.remote_version:
        channel: paramiko.Channel = connection.create_session()
        transport._send_user_message(request(channel.remote_chanid, command))
        return channel
    opening = Opening(transport, request(0, command))
    try:
        channel = connection.create_session()
        return channel
    except EOFError:
        # Who opens no channel is asked for a command on one that is not there, and may hang up before saying why.
        raise OSError("the server hung up when it was asked for one") from None
    except paramiko.SSHException:
        if opening.channel is None or not opening.channel.closed:
            raise
        # The command has ended already, and paramiko looks in vain for a channel that it has taken off its list
        # (Transport.open_channel in 5.1.0). What it said, and its status, are in the channel all the same.
        return opening.channel
    finally:
        transport.__dict__.pop("_send_user_message", None)


class Opening:
    """The opening of a transport's next channel, right behind which a message follows.

    channel: the one that is being opened; None before, and when the server refused
    """

    def __init__(self, transport: Any, message: paramiko.Message) -> None:
        self.transport = transport
        self.message = message
        self.channel: paramiko.Channel | None = None
        self.send = transport._send_user_message
        transport._send_user_message = self.send_both

    def send_both(self, opening: paramiko.Message) -> None:
        import paramiko

        is_opening = opening.asbytes()[0] == paramiko.common.MSG_CHANNEL_OPEN
        if is_opening:
            self.transport._send_user_message = self.send
            self.channel = next(iter(self.transport._channels.values()))
        self.send(opening)
        if is_opening:
            self.send(self.message)


def request(channel: int, command: str) -> paramiko.Message:
    """Return the request for a command on a channel of this number (RFC 4254, section 6.5).

    No answer is asked for, for which paramiko's exec_command would wait; a server that refuses closes the channel,
    which reads as the end.
    """
    import paramiko

    made = paramiko.Message()
    made.add_byte(paramiko.common.cMSG_CHANNEL_REQUEST)
    made.add_int(channel)
    made.add_string("exec")
    made.add_boolean(False)
    made.add_string(command)
    return made


class LocalPipe:
    """A command on this machine.

    Its pipes are small, so while writing, what the other side says is read; else each could wait for the other.
    """

    near = True

    def __init__(self, command: str) -> None:
        import subprocess

        self.process = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, bufsize=0)
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.input, self.output, self.error = self.process.stdin, self.process.stdout, self.process.stderr
        for pipe in (self.input, self.output, self.error):
            os.set_blocking(pipe.fileno(), False)
        self.received: list[bytes] = []
        self.said = b""
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.output, selectors.EVENT_READ)
        self.selector.register(self.error, selectors.EVENT_READ)

    def write(self, data: bytes) -> None:
        self.selector.register(self.input, selectors.EVENT_WRITE)
        try:
            rest = memoryview(data)
            while rest:
                if self.wait():
                    rest = rest[os.write(self.input.fileno(), rest) :]
        finally:
            self.selector.unregister(self.input)

    def wait(self) -> bool:
        """Take in what has come; return whether there is room for writing."""
        room = False
        for key, _ in self.selector.select():
            if key.fileobj is self.input:
                room = True
                continue
            data = os.read(key.fd, 1 << 16)
            if key.fileobj is self.output:
                self.received.append(data)
            else:
                self.said += data
            if not data:
                self.selector.unregister(key.fileobj)
        return room

    def read(self) -> bytes:
        while not self.received:
            if not self.selector.get_map():
                return b""
            self.wait()
        return self.received.pop(0)

    def errors(self) -> str:
        while self.error in [key.fileobj for key in self.selector.get_map().values()]:
            if not self.selector.select(0.2):
                break
            self.wait()
        return self.said.decode("utf-8", "replace")

    def status(self) -> int | None:
        from subprocess import TimeoutExpired

        try:
            return self.process.wait(STATUS_SECONDS)
        except TimeoutExpired:
            return None

    def close(self) -> None:
        self.input.close()
        # The agent ends at the end of its input, after the task it is in; until then it must not wait for us to read.
        while self.selector.get_map():
            self.wait()
            self.received.clear()
        self.process.wait()
        self.selector.close()
        self.output.close()
        self.error.close()
