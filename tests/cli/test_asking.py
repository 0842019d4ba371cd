"""Questions at a terminal, which is a real one here."""

import contextlib
import os
import pty
import sys

import pytest

from muster.cli.asking import ask
from muster.errors import Origin
from muster.load.prompts import Prompt


def answered(prompt, *lines):
    """Ask at a terminal of its own where these lines are typed; return the answer and all that was shown."""
    reading, writing = os.pipe()
    pid, terminal = pty.fork()
    if not pid:
        sys.stdin, sys.stderr = os.fdopen(0), os.fdopen(2, "w")
        os.write(writing, str(ask(prompt)).encode())
        os._exit(0)
    os.close(writing)
    shown = b""
    for line in lines:
        # What is typed before the question is complete would be shown by the terminal itself, or thrown away.
        begun = len(shown)
        while not shown[begun:].endswith(b": "):
            shown += os.read(terminal, 1000)
        os.write(terminal, line.encode() + b"\n")
    answer = os.read(reading, 1000).decode()
    with contextlib.suppress(OSError):  # The terminal's other end is gone.
        while data := os.read(terminal, 1000):
            shown += data
    os.waitpid(pid, 0)
    os.close(terminal)
    os.close(reading)
    return answer, shown.decode()


def prompt(**more):
    return Prompt("who", "Who is it?", Origin("f.yml", 1, 1), **more)


@pytest.mark.parametrize(("more", "lines", "answer", "seen", "unseen"), [
    ({"private": False}, ["bob"], "bob", ["Who is it?:", "bob"], ["["]),
    ({"private": False, "default": "eve"}, [""], "eve", ["Who is it? [eve]:"], []),
    ({}, ["bob"], "bob", ["Who is it?:"], ["bob"]),
    ({"default": "eve"}, [""], "eve", [], ["eve"]),
    ({"confirm": True}, ["bob", "bob"], "bob", ["Repeat for confirmation"], ["bob"]),
])
def test_a_question_is_asked_as_it_says(more, lines, answer, seen, unseen):
    found, shown = answered(prompt(**more), *lines)
    assert found == answer
    assert all(word in shown for word in seen) and not any(word in shown for word in unseen), shown


def test_without_a_terminal_nobody_is_asked(monkeypatch):
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert ask(prompt()) is None
