"""The words that become another user, and what is made of what sudo and su have against it."""

import shlex
import subprocess

import pytest

from muster.connect.become import METHODS, Become, answers, as_user, is_self, prefix, refused

ROOT = Become("root")
SU = Become("root", method="su")


@pytest.mark.parametrize(("become", "words"), [
    (ROOT, "sudo -n -H  -u root --"),
    (Become("root", "x", "-E"), "sudo -S -p muster-sudo-password: -H -E -u root --"),
    (Become("a b", exe="/opt/my sudo"), "'/opt/my sudo' -n -H  -u 'a b' --"),
    (SU, """su  -s /bin/sh -c 'exec "$@"' -- root sh"""),
    (Become("app", "x", "-l", "su", "/bin/su"), """/bin/su -l -s /bin/sh -c 'exec "$@"' -- app sh"""),
])
def test_the_words_before_a_program(become, words):
    assert prefix(become) == words
    assert become.method in METHODS


def test_a_line_runs_as_the_wanted_user_and_finds_nothing_to_read():
    assert as_user(Become(), "id -un | cat") == "id -un | cat"
    assert as_user(ROOT, "echo 'a'") == """sudo -n -H  -u root -- /bin/sh -c 'exec </dev/null; echo '"'"'a'"'"''"""


def test_what_su_is_given_comes_to_the_program_as_it_is():
    """As su does it: the shell is given the words behind the user's name."""
    words = shlex.split(prefix(SU).partition("-c ")[2])
    ran = subprocess.run(["/bin/sh", "-c", words[0], *words[3:], "printf", "%s|", "a b", "$HOME", "-x"],
                         capture_output=True, text=True, check=True)
    assert words[1:3] == ["--", "root"] and ran.stdout == "a b|$HOME|-x|"


@pytest.mark.parametrize(("become", "given"), [
    (Become(), b""), (ROOT, b""), (SU, b"\n"), (Become("root", "pw"), b"pw" + b"\n" * 10),
    (Become("root", "pw", method="su"), b"pw" + b"\n" * 10)])
def test_nobody_who_asks_for_a_password_waits_for_ever(become, given):
    assert answers(become) == given


@pytest.mark.parametrize(("become", "printed", "words"), [
    (SU, "Password: su: Authentication failure\n", "su wants a password"),
    (Become("root", "pw", method="su"), "Password: su: Authentication failure\n", "su refused the password"),
    (Become("nobdy", method="su"), "su: user nobdy does not exist or the user entry does not contain all the required "
     "fields\n", "there is no user nobdy"),
    (SU, "sh: 1: exec: su: not found\n", "there is no su on it"),
    (Become("root", exe="/opt/sudo"), "sh: 1: exec: /opt/sudo: not found\n", "there is no /opt/sudo on it"),
    (SU, "su: cannot open session: Permission denied\n", "su failed: su: cannot open session"),
])
def test_what_is_said_of_a_refusal(become, printed, words):
    found = refused("web", become, printed)
    assert words in str(found)
    assert "pw" not in str(found).replace("password", "")


@pytest.mark.parametrize("become", [Become(), ROOT, SU])
def test_other_complaints_are_not_theirs(become):
    assert refused("web", become, "python3: error while loading shared libraries\n") is None


@pytest.mark.parametrize(("become", "user", "expected"), [
    (Become(), "deploy", True), (Become("deploy"), "deploy", True), (ROOT, "root", True),
    (ROOT, "deploy", False), (Become("deploy"), "root", False)])
def test_becoming_oneself_is_nothing_to_do(become, user, expected):
    assert is_self(become, user) is expected
