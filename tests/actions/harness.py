"""A `Here` without a run, and a host that is this machine, for tests of actions.

    here = FakeHere(variables={"port": 80})
    assert act("debug", here, var="port + 1") == {"changed": False, "port + 1": 81}

`play` answers what a generator yields with results given in advance; `carry_out` has this machine's task types do it.
"""

import importlib
import os

from muster.actions import find
from muster.actions.action import Download, Failed
from muster.errors import Origin
from muster.load.yaml import read_file
from muster.model import Call, Change, Result
from muster.target.task import context
from muster.template.engine import Engine
from tests.tasks.harness import perform

ENGINE = Engine()


class Variables:
    """Variables that need no rendering."""

    def __init__(self, values):
        self.values = values

    def get(self, name):
        return self.values[name]

    def names(self):
        return list(self.values)

    def settle(self):
        pass

    def search_paths(self, kind):
        return []


class FakeHere:
    """What an action is given.

    files: directory in which `find` finds everything
    answers: what the reader types; None is a run without a terminal
    delegate, local: the host it is delegated to, and the names of those that are this machine
    notes, slept: what was told, and how long was waited
    """

    def __init__(self, host="web1", files="", variables=None, check=False, verbosity=0, answers=None):
        self.host, self.files, self.check, self.diff, self.verbosity = host, str(files), check, False, verbosity
        self.directory = str(files)
        self.delegate, self.local = None, ()
        self.origin = Origin("site.yml", 3, 7)
        self.variables = Variables(variables or {})
        self.answers = answers
        self.notes, self.slept, self.asked = [], [], []

    def render(self, value):
        return ENGINE.render(value, self.variables, self.origin)

    def truth(self, condition):
        return ENGINE.truth(condition, self.variables, self.origin)

    def evaluate(self, expression):
        return ENGINE.evaluate(expression, self.variables, self.origin)

    def variable(self, name, default=None):
        return self.variables.values.get(name, default)

    def render_file(self, path, name="", extra=None, **options):
        text, _ = ENGINE.templates.read(path)
        return ENGINE.templates.file(text, self.variables, path, extra, **options)

    def find(self, kind, name):
        path = os.path.join(self.files, kind, name)
        if not os.path.exists(path):
            raise Failed(f"there is no {path}")
        return path

    def read_yaml(self, path):
        return read_file(path)

    def note(self, text):
        self.notes.append(text)

    def ask(self, prompt, echo):
        self.asked.append((prompt, echo))
        return self.answers.pop(0) if self.answers else None

    def sleep(self, seconds):
        self.slept.append(seconds)

    def is_local(self, host):
        return host in self.local

    def login(self):
        return "deploy"


def act(name, here=None, /, **arguments):
    """Return what an action returns."""
    return find(name)(here or FakeHere(), **arguments)


def plant(directory, files):
    """Create files: {path: text or bytes}."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def play(steps, *answers):
    """Drive a generator; return what it yielded, and what it returned once the answers are used up."""
    yielded, answer, left = [], None, list(answers)
    while True:
        try:
            yielded.append(steps.send(answer))
        except StopIteration as end:
            assert not left, f"nobody wanted {left}"
            return yielded, end.value
        answer = left.pop(0)


def carry_out(steps, check=False):
    """Drive a generator whose calls this machine carries out; return what it yielded, and what it returned."""
    yielded, answer = [], None
    while True:
        try:
            yielded.append(steps.send(answer))
        except StopIteration as end:
            return yielded, end.value
        answer = answered(yielded[-1], check)


def answered(wanted, check=False):
    """Return the answer to what an action yields, as the walker gives it."""
    if isinstance(wanted, list):
        results = []
        for call in wanted:
            results.append(answered(call, check))
            if results[-1].failed:
                break
        return results
    if isinstance(wanted, Download):
        context.send = wanted.sink
        return answered(wanted.call, check)
    assert isinstance(wanted, Call)
    values = perform(getattr(importlib.import_module(f"tasks.{wanted.task}"), wanted.task), wanted.args, check)
    pairs = zip(values.pop("changes"), values.pop("diff"), strict=True)
    changes = [Change(what, before, after) for what, (before, after) in pairs]
    return Result(values, tuple(changes))
