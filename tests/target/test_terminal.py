"""Programs at a terminal of their own, with real ones."""

import os
import sys
import time

import pytest

from muster.target.terminal import talk


def answers(word, *given):
    """Return a function that answers each question that has this word in it."""
    left = list(given)
    return lambda text: (text.index(word) + len(word), left.pop(0)) if word in text and left else None


def python(code):
    return [sys.executable, "-c", code]


def test_a_program_that_reads_a_password_from_its_terminal_gets_it():
    code = "import getpass; print('got ' + getpass.getpass('Word: '))"
    status, printed = talk(python(code), answers(b"Word: ", b"s3cret\n"), 20)
    assert (status, printed.split()) == (0, [b"Word:", b"got", b"s3cret"])


@pytest.mark.parametrize(("code", "status"), [("exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)])
def test_the_status_is_told(code, status):
    assert talk(python(code), answers(b"?"), 20)[0] == status


def test_what_goes_on_in_the_background_is_not_waited_for():
    before = time.monotonic()
    status, printed = talk(["sh", "-c", "sleep 20 & echo $!"], answers(b"?"), 20)
    assert status == 0 and time.monotonic() - before < 10
    os.kill(int(printed), 9)


def test_a_program_that_is_not_answered_is_ended_even_if_it_does_not_want_to():
    code = "import os, signal, time; [signal.signal(each, signal.SIG_IGN) for each in (1, 15)]; print(os.getpid())\n"
    status, printed = talk(python(code + "while True: time.sleep(9)"), answers(b"?"), 0.6)
    assert status is None
    with pytest.raises(ProcessLookupError):
        os.kill(int(printed), 0)


def test_time_counts_from_the_last_answer():
    code = "import time\nfor _ in range(3):\n    time.sleep(0.7); input('Next?')"
    assert talk(python(code), answers(b"Next?", b"a\n", b"b\n", b"c\n"), 1.6)[0] == 0


def test_a_program_is_ended_when_the_answer_cannot_be_found():
    seen = []

    def answer(text):
        seen.append(text)
        raise KeyError("none")

    with pytest.raises(KeyError):
        talk(["sh", "-c", "echo $$; sleep 20"], answer, 20)
    with pytest.raises(ProcessLookupError):
        os.kill(int(seen[0]), 0)


def test_what_is_printed_is_passed_on_as_it_appears():
    pieces = []
    talk(["sh", "-c", "echo one; sleep 1.2; echo two"], answers(b"?"), 20, output=pieces.append)
    assert pieces == [b"one\r\n", b"", b"two\r\n"]


def test_nothing_but_the_terminal_is_left_open():
    kept, other = os.pipe()
    os.set_inheritable(other, True)
    status, printed = talk(["sh", "-c", "ls /proc/self/fd"], answers(b"?"), 20)
    os.close(kept)
    os.close(other)
    assert status == 0 and printed.split()[:3] == [b"0", b"1", b"2"] and len(printed.split()) == 4
