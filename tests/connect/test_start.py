"""Starting the agent, and the errors that tell why it did not start."""

import sys

import pytest

from muster.connect import archive
from muster.connect.archive import Archive
from muster.connect.become import PROMPT, Become
from muster.connect.pipe import LocalPipe
from muster.connect.start import Start, command
from muster.errors import AgentDied, NoPython, ShellRefused, SudoRefused
from muster.target.wire import encode

ARCHIVE = Archive([])
HELLO = encode({"hello": {"run": "x"}})


class Script:
    """A pipe whose other side is written down: what it says, its standard error and its status."""

    def __init__(self, *said: bytes, errors: str = "", status: int | None = 1, broken: bool = False,
                 near: bool = False):
        self.near = near
        self.said = [*said, b""]
        self.given_errors = errors
        self.given_status = status
        self.broken = broken
        self.written = b""

    def write(self, data):
        if self.broken:
            raise OSError("gone")
        self.written += data

    def read(self):
        return self.said.pop(0) if self.said else b""

    def errors(self):
        return self.given_errors

    def status(self):
        return self.given_status

    def close(self):
        pass


class Packed:
    """An archive in name only."""

    source = b"archive"

    def fitting(self, magic):
        return b"archive for %d" % magic


PLAIN, PACKED = Become(), Packed()


def started(pipe, become=PLAIN, packed=PACKED, first=b"first", host="web"):
    beginning = Start(host, pipe, become, packed, first)
    beginning.begin()
    return beginning.greeting()


def test_bytes_behind_the_greeting_are_kept():
    pipe = Script(b"Welcome!\nMUSTER RE", b"ADY 34", b"95\nframe")
    assert started(pipe) == b"frame"
    assert pipe.written == b"archivefirst"


def test_a_host_that_is_near_gets_the_archive_for_its_python():
    pipe = Script(b"MUSTER READY 3495\nframe", near=True)
    assert started(pipe) == b"frame"
    assert pipe.written == b"archive for 3495first"


def test_a_password_goes_first_with_an_empty_line_for_each_further_attempt():
    pipe = Script(b"MUSTER READY 1\n")
    started(pipe, GIVEN)
    assert pipe.written == b"hunter2" + b"\n" * 10 + b"archivefirst"


ROOT, GIVEN = Become("root"), Become("root", "hunter2")
SORRY = "Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n"

FAILURES = [
    ("no Python", Become(), Script(status=86), NoPython, "there is no Python on it"),
    ("old Python", Become(), Script(b"MUSTER OLD 2.7.5 /usr/bin/python\n"), NoPython, "its Python is 2.7.5"),
    ("password wanted", ROOT, Script(errors="sudo: a password is required\n"), SudoRefused, "sudo wants a password"),
    ("password wrong", GIVEN, Script(errors=f"{PROMPT}{SORRY}"), SudoRefused, "refused the password"),
    ("not in sudoers", GIVEN, Script(errors="deploy is not in the sudoers file.\n"), SudoRefused,
     "does not allow this user to become root"),
    ("not allowed", ROOT, Script(errors="Sorry, user x is not allowed to execute '/bin/sh' as root on y.\n"),
     SudoRefused, "does not allow this user"),
    ("unknown user", Become("nobdy"), Script(errors="sudo: unknown user nobdy\n"), SudoRefused, "is no user nobdy"),
    ("no sudo", ROOT, Script(errors="/bin/sh: 1: exec: sudo: not found\n", status=127), SudoRefused, "is no sudo"),
    ("sudo broken", ROOT, Script(errors="sudo: /etc/sudoers is world writable\n"), SudoRefused, "world writable"),
    ("nologin", Become(), Script(b"This account is currently not available.\n"), ShellRefused, "not available"),
    ("false", Become(), Script(status=1), ShellRefused, "does not run commands: status 1"),
    ("line refused", Become(), Script(b"% Invalid command: " + archive.BOOT.encode() + b"\r\nbye\r\n"), ShellRefused,
     "does not run commands: bye"),
    ("broken pipe", Become(), Script(b"This account is closed.\n", broken=True), ShellRefused, "does not run commands"),
    ("killed", Become(), Script(status=-1), AgentDied, "was killed"),
    ("out of memory", Become(), Script(errors="Traceback (most recent call last):\nMemoryError\n"), AgentDied,
     "died at its start: MemoryError"),
    ("connection lost", Become(), Script(status=None), AgentDied, "connection was lost"),
]


@pytest.mark.parametrize(("become", "pipe", "kind", "words"), [each[1:] for each in FAILURES],
                         ids=[each[0] for each in FAILURES])
def test_a_start_that_fails_says_which_way_it_failed(become, pipe, kind, words):
    with pytest.raises(kind, match=words) as caught:
        started(pipe, become)
    assert "hunter2" not in str(caught.value) and PROMPT not in str(caught.value)
    assert caught.value.exit_code == (4 if kind is AgentDied else 2)


def test_a_shell_that_never_stops_talking_is_given_up():
    with pytest.raises(ShellRefused):
        started(Script(*[b"x" * 10000] * 20))


def really(interpreter: str = sys.executable, prefix: str = "") -> bytes:
    """Start an agent on this machine and return what came behind its greeting."""
    pipe = LocalPipe(prefix + command(Become(), interpreter))
    try:
        return started(pipe, packed=ARCHIVE, first=HELLO, host="here")
    finally:
        pipe.close()


def test_the_command_line_starts_an_agent():
    assert isinstance(really(), bytes)


def test_what_the_login_shell_prints_is_no_harm():
    assert isinstance(really(prefix="echo Welcome to the jungle; echo warning >&2; "), bytes)


def test_without_any_python_that_is_what_is_said():
    with pytest.raises(NoPython, match="there is no Python"):
        really(interpreter="/nowhere/python3")


def test_a_password_shows_in_no_repr():
    assert "hunter2" not in repr(GIVEN)


def test_the_line_can_be_read_by_any_shell():
    line = command(Become("root", "x", "-E"), None)
    assert line.startswith("exec /bin/sh -c '")
    assert "sudo -S -p muster-sudo-password: -H -E -u root -- " in line
    assert "sudo -n -H  -u" in command(ROOT)
