"""Programs that speak with one on a host: here the host is behind a server on the loopback interface."""

import os
import shutil
import sys

import pytest

from muster.connect.become import Become
from muster.connect.carried import BEGIN, begin, carry, command, quoted
from muster.connect.connections import Connections
from muster.connect.pipe import LocalPipe
from muster.errors import ConnectError, ShellRefused, SudoRefused

# A program that reaches a host as rsync does: it starts its remote shell with a command, talks to it and takes over its
# status.
CLIENT = """
import os, shlex, subprocess, sys
shell = shlex.split(os.environ["FAR_SHELL"])
said = sys.argv[1].encode() * int(os.environ.get("TIMES", 1))
process = subprocess.run([*shell, "host", *sys.argv[2:]], input=said, pass_fds=[int(shell[-1])],
                         check=False)
sys.exit(process.returncode)
"""


@pytest.fixture
def connections():
    made = Connections([])
    yield made
    made.close()


@pytest.fixture
def destination(way, serve):
    return way(serve())


def client(*words, says=""):
    return [sys.executable, "-c", CLIENT, says, *words]


def test_what_a_program_says_reaches_the_host_and_what_the_host_says_comes_back(connections, destination):
    found = connections.carry(destination, Become(), client("head -n 1;", "echo on >&2; exit 3", says="to you\n"), {},
                              "FAR_SHELL")
    assert found == (3, "to you\n", "on\n")


def test_much_may_go_there_while_much_comes_back(connections, destination):
    argv = client("head -c 3000000", says="x" * 1000)
    found = connections.carry(destination, Become(), argv, {"TIMES": "3000"}, "FAR_SHELL", 60)
    assert found == (0, "x" * 3_000_000, "")


def test_a_program_that_does_not_want_the_host_is_only_run(connections, destination):
    found = connections.carry(destination, Become(), ["/bin/sh", "-c", "echo $A; exit 4"], {"A": "own"}, "FAR_SHELL")
    assert found == (4, "own\n", "")
    assert not connections.hosts


def test_one_that_takes_too_long_is_ended_and_the_connection_stays(connections, destination):
    with pytest.raises(TimeoutError):
        connections.carry(destination, Become(), client("sleep 5"), {}, "FAR_SHELL", 0.5)
    assert connections.carry(destination, Become(), client("true"), {}, "FAR_SHELL").rc == 0


def test_a_host_that_is_not_reached_is_the_error(connections, way, serve):
    server = serve()
    server.close()
    with pytest.raises(ConnectError):
        connections.carry(way(server), Become(), client("true"), {}, "FAR_SHELL")


def test_a_program_that_is_not_there_is_an_error_of_the_system(connections, destination):
    with pytest.raises(FileNotFoundError):
        connections.carry(destination, Become(), ["/no/such/program"], {}, "FAR_SHELL")


def test_a_path_with_spaces_and_quotes_is_one_word_to_rsync():
    assert quoted("/home/o'neil/a b") == "'/home/o''neil/a b'"


@pytest.fixture
def sudo(tmp_path):
    """A function that makes a sudo which does what a line of shell says, and then runs what it is given."""

    def sudo(does=":"):
        path = tmp_path / "sudo"
        path.write_text("\n".join(["#!/bin/sh", does, 'while [ "$1" != -- ]; do shift; done', "shift",
                                   'export U=www; exec "$@"', ""]))
        path.chmod(0o755)
        return str(path)

    return sudo


@pytest.mark.parametrize("does", [":", "read -r p"], ids=["no password", "a password"])
def test_the_wanted_user_runs_the_command_asked_for_a_password_or_not(connections, destination, sudo, does):
    become = Become("www", "secret", exe=sudo(does))
    found = connections.carry(destination, become, client("sh -c 'echo $U; head -c 5'", says="hello"), {},
                              "FAR_SHELL", 20)
    assert found == (0, "www\nhello", "")


def test_home_is_that_of_the_login_whoever_runs_the_command(connections, destination, sudo, home):
    become = Become("www", exe=sudo("HOME=/elsewhere; export HOME"))
    found = connections.carry(destination, become, client("echo", "~/x"), {}, "FAR_SHELL")
    assert found.stdout == f"{home}/x\n"


def test_who_may_not_become_the_user_is_told_so(connections, destination, sudo):
    become = Become("www", exe=sudo("echo 'sudo: a password is required' >&2; exit 1"))
    with pytest.raises(SudoRefused):
        connections.carry(destination, become, client("true"), {}, "FAR_SHELL")


def test_what_a_login_shell_prints_before_is_no_part_of_what_is_carried():
    pipe = LocalPipe(f"echo welcome; {command(Become(), 'echo mine')}")
    assert begin("web", pipe, Become()) + pipe.read() == b"mine\n"
    pipe.close()


def test_a_login_shell_that_runs_nothing_is_told():
    pipe = LocalPipe("echo 'This account is not available'; exit 1")
    with pytest.raises(ShellRefused, match="login shell does not run commands"):
        begin("web", pipe, Become())


def test_a_connection_that_is_lost_is_the_error():
    with pytest.raises(ConnectError, match="the connection was lost"):
        carry("web", client("true"), {}, "FAR_SHELL", Become(), Lost)


class Lost:
    """A pipe to a host that goes away."""

    near = True

    def __init__(self, command):
        self.said = [f"{BEGIN}\n".encode()]

    def read(self):
        return self.said.pop() if self.said else b""

    def write(self, data):
        raise OSError("gone")

    def errors(self):
        return ""

    def status(self):
        return None

    def close(self):
        pass


def test_a_command_that_the_host_does_not_have_is_told_whatever_the_program_makes_of_it(connections, destination):
    argv = ["/bin/sh", "-c", "eval $FAR_SHELL host /no/such/command 2>&1; exit 12"]
    assert connections.carry(destination, Become(), argv, {}, "FAR_SHELL").rc == 127


@pytest.mark.skipif(not shutil.which("rsync"), reason="there is no rsync here: apt-get install rsync")
@pytest.mark.parametrize("push", [True, False])
def test_rsync_makes_directories_alike_over_the_connection(connections, destination, tmp_path, push):
    (tmp_path / "it's a").mkdir()
    (tmp_path / "it's a" / "big").write_bytes(os.urandom(1 << 20))
    ends = [f"{tmp_path}/it's a/", f"{tmp_path}/b"]
    ends[push] = f"host:{ends[push]}"
    for changed in (True, False):
        found = connections.carry(destination, Become(), ["rsync", "-a", "--out-format=%n", *ends], {}, "RSYNC_RSH", 60)
        assert (found.rc, "big" in found.stdout) == (0, changed), found
    assert (tmp_path / "b" / "big").read_bytes() == (tmp_path / "it's a" / "big").read_bytes()
