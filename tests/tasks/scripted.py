"""A host whose commands are a script: what each prints is said beforehand, and what was run is kept.

    host = Host({"rpm -q": "demo-1.0-1", "dnf check-update": (100, "demo.noarch 1.1-1 demo")})
    host.install(monkeypatch)
    ...
    assert host.ran == ["rpm -q demo", ...]

Keys are beginnings of command lines, the longest that fits answers. A value is text for standard output, (status,
text), (status, text, text for standard error), a function that takes the words and returns one of these, or a list of
them, for one call after another. A command nobody foresaw fails the test.
"""

import contextlib
import os
from unittest import mock

from muster.target import recall, system


class Host:
    """What a host's commands say.

    later: what they say otherwise once one of them was run as a change
    ran: all command lines; `changes` are those that were changes
    turns: what else is otherwise from then on: functions without arguments
    """

    def __init__(self, answers, later=()):
        self.answers = {key: as_tuple(answer) for key, answer in dict(answers).items()}
        self.later = {key: as_tuple(answer) for key, answer in dict(later).items()}
        self.ran = []
        self.changes = []
        self.given = {}
        self.turns = []

    def install(self, monkeypatch):
        monkeypatch.setattr(system, "spawn", self.spawn)
        # No file of this machine says whether what these commands say has changed.
        monkeypatch.setattr(recall, "stamp", lambda path: None)
        return self

    @contextlib.contextmanager
    def alone(self, directory):
        """While this lasts there are no other programs than those that answer; files in `directory` stand for them."""
        os.mkdir(directory)
        for name in {key.split()[0] for key in (*self.answers, *self.later) if key and "/" not in key.split()[0]}:
            with open(os.path.join(directory, name), "w"):
                os.chmod(os.path.join(directory, name), 0o755)
        with mock.patch.object(system, "spawn", self.spawn), mock.patch.object(recall, "stamp", lambda path: None), \
                mock.patch.object(system, "search_path", lambda: directory):
            yield

    def turn(self):
        """From now on commands say what they say after a change."""
        self.answers.update(self.later)
        for turn in self.turns:
            turn()

    def spawn(self, argv, stdin, cwd, environment, output):
        line = " ".join(argv)
        self.ran.append(line)
        self.given[line] = stdin
        fitting = [key for key in self.answers if line == key or line.startswith(key + " ") or key == ""]
        assert fitting, f"nobody foresaw: {line}"
        key = max(fitting, key=len)
        answer = self.answers[key]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(list(argv))
        rc, stdout, stderr = (*answer, "")[:3] if isinstance(answer, tuple) else (0, answer, "")
        if output:
            output(stdout)
            self.changes.append(line)
            if rc == 0:
                self.turn()
        return rc, stdout, stderr

    def changed_with(self, *programs):
        """The command lines of these programs that were run, in order."""
        return [line for line in self.ran if line.split()[0] in programs]


def as_tuple(answer):
    """Return an answer that data can only write as a list, [status, text], as the tuple that it means."""
    return tuple(answer) if isinstance(answer, list) and answer and isinstance(answer[0], int) else answer
