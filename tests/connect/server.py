"""An ssh server for tests, on a port of the loopback interface: paramiko's, so that no root is needed."""

from __future__ import annotations

import contextlib
import copy
import socket
import subprocess
import threading
from pathlib import Path

import paramiko


class Server(paramiko.ServerInterface):
    """Lets users in by key or password, runs their commands, and dials on (direct-tcpip) where they want.

    host_key: the key it shows
    keys: public halves of the keys it accepts
    password: the password it accepts, None for none
    shed: how many connections it drops before its banner
    version: what it calls itself; paramiko when None
    opening: called when a channel is asked for: whether it may be
    logins: names of the users who got in
    offered: kinds of proof that were tried
    """

    def __init__(self, host_key: Path, keys=(), password=None, shed=0, version=None, opening=lambda: True):
        self.host_key = paramiko.PKey.from_path(host_key)
        self.accepted = {paramiko.PKey.from_path(key).asbytes() for key in keys}
        self.password = password
        self.shed = shed
        self.version = version
        self.opening = opening
        self.logins: list[str] = []
        self.offered: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self.connections = 0
        self.transports: list[paramiko.Transport] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.listening = threading.Thread(target=self.listen, daemon=True)
        self.listening.start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.connections += 1
                if self.connections <= self.shed:
                    client.close()
                    continue
                transport = paramiko.Transport(client)
                transport.local_version = self.version or transport.local_version
                self.transports.append(transport)
                transport.add_server_key(self.host_key)
                # One for each connection; they share the lists.
                served = copy.copy(self)
                served.transport, served.onward = transport, {}
                with contextlib.suppress(paramiko.SSHException, EOFError):
                    transport.start_server(event=threading.Event(), server=served)

    def close(self):
        # The thread ends first: it would else go on waiting at a number that the next server's socket may get.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listening.join()
        self.listener.close()
        for transport in self.transports:
            transport.close()

    def known_hosts_line(self, name: str = "") -> str:
        return f"{name or f'[127.0.0.1]:{self.port}'} {self.host_key.get_name()} {self.host_key.get_base64()}\n"

    # paramiko's questions

    def get_allowed_auths(self, username):
        return ",".join(["publickey"] * bool(self.accepted) + ["password"] * (self.password is not None))

    def check_auth_publickey(self, username, key):
        self.offered.append("key")
        return self.judged(username, key.asbytes() in self.accepted)

    def check_auth_password(self, username, password):
        self.offered.append("password")
        return self.judged(username, self.password is not None and password == self.password)

    def judged(self, username, right):
        if right:
            self.logins.append(username)
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, number):
        return paramiko.OPEN_SUCCEEDED if self.opening() else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_direct_tcpip_request(self, number, origin, destination):
        self.dialled.append(destination)
        try:
            self.onward[number] = socket.create_connection(destination)
        except OSError:
            return paramiko.OPEN_FAILED_CONNECT_FAILED
        threading.Thread(target=self.relay, args=(self.transport,), daemon=True).start()
        return paramiko.OPEN_SUCCEEDED

    def relay(self, transport):
        # A relay that has just come may take the channel that woke this one (paramiko 5.1): then its own is ours.
        while (channel := transport.accept(1)) is None:
            if not transport.is_active():
                return
        onward = self.onward.pop(channel.get_id())
        for source, sink in ((channel, onward), (onward, channel)):
            threading.Thread(target=pump, args=(source, sink), daemon=True).start()

    def check_channel_exec_request(self, channel, command):
        threading.Thread(target=self.execute, args=(channel, command), daemon=True).start()
        return True

    def execute(self, channel, command):
        process = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, bufsize=0)

        def feed():
            with contextlib.suppress(OSError):
                while data := channel.recv(1 << 16):
                    process.stdin.write(data)
                process.stdin.close()

        def errors():
            while data := process.stderr.read(1 << 16):
                channel.sendall_stderr(data)

        feeder, complainer = threading.Thread(target=feed, daemon=True), threading.Thread(target=errors, daemon=True)
        feeder.start()
        complainer.start()
        with contextlib.suppress(OSError):
            while data := process.stdout.read(1 << 16):
                channel.sendall(data)
            complainer.join()
            channel.send_exit_status(process.wait())
            channel.close()


def pump(source, sink):
    """Copy bytes until the end, and pass the end on."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.close()
