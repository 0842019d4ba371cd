"""A host whose commands are a script: what each prints is said beforehand, and what was run is kept.

    host = Host({"rpm -q": "demo-1.0-1", "dnf check-update": (100, "demo.noarch 1.1-1 demo")})
    host.install(monkeypatch)
    ...
    assert host.ran == ["rpm -q demo", ...]

Keys are beginnings of command lines, the longest that fits answers. A value is text for standard output, (status,
text), (status, text, text for standard error), a function that takes the words and returns one of these, or a list of
them, for one call after another. A command nobody foresaw fails the test.
"""

from muster.target import system


class Host:
    def __init__(self, answers):
        self.answers = dict(answers)
        self.ran = []
        self.given = {}

    def install(self, monkeypatch):
        monkeypatch.setattr(system, "spawn", self.spawn)
        return self

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
        return rc, stdout, stderr

    def changed_with(self, *programs):
        """The command lines of these programs that were run, in order."""
        return [line for line in self.ran if line.split()[0] in programs]
