"""What an action knows of the task it carries out: the `Here` of `muster.actions.action`."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muster.actions.action import Failed
from muster.errors import InputError, Origin, nearest_file
from muster.load.yaml import read_file
from muster.model import Note
from muster.secrets import SECRETS
from muster.stream.way import Way, lookup

if TYPE_CHECKING:
    from muster.connect.destination import Destination
    from muster.stream.performance import Performance

# What a file of each kind is called in messages.
NOUNS = {"files": "file", "templates": "template", "vars": "file of variables"}


class Moment:
    """One task on one host, as its action sees it."""

    def __init__(self, performance: Performance) -> None:
        self.performance = performance
        self.host = performance.walk.host
        self.verbosity = performance.walk.run.options.verbosity

    @property
    def check(self) -> bool:
        return self.performance.keywords.check

    @property
    def diff(self) -> bool:
        return self.performance.keywords.diff

    @property
    def origin(self) -> Origin:
        return self.performance.step.origin

    def render(self, value: Any) -> Any:
        return self.performance.engine.render(value, self.performance.keywords.scope, self.origin)

    def truth(self, condition: Any) -> bool:
        return self.performance.engine.truth(condition, self.performance.keywords.scope, self.origin)

    def evaluate(self, expression: Any) -> Any:
        return self.performance.engine.evaluate(expression, self.performance.keywords.scope, self.origin)

    def variable(self, name: str, default: Any = None) -> Any:
        try:
            return self.performance.keywords.scope.get(name)
        except KeyError:
            return default

    def render_file(self, path: str, name: str = "", extra: Mapping[str, Any] | None = None, **options: Any) -> str:
        self.performance.walk.settle_here()
        return self.performance.engine.templates.file_at(path, self.performance.keywords.scope, extra, name, **options)

    def search(self, kind: str, name: str) -> list[str]:
        """Return every path at which a file of this kind and name may be, nearest first."""
        name = os.path.expanduser(name)
        if os.path.isabs(name):
            return [name]
        return [os.path.join(place, name) for place in self.performance.keywords.scope.search_paths(kind)]

    def find(self, kind: str, name: str) -> str:
        self.performance.walk.settle_here()
        places = self.search(kind, name)
        for path in places:
            if os.path.exists(path):
                return path
        looked = ", ".join(dict.fromkeys(os.path.dirname(path) for path in places))
        hint = next(filter(None, map(nearest_file, places)), f"looked in {looked}")
        place = self.performance.step.argument_origin("src")
        raise Failed(str(InputError(f"there is no {NOUNS[kind]} {name}", place, hint)))

    @property
    def directory(self) -> str:
        return self.performance.walk.play.play.directory or "."

    def read_yaml(self, path: str) -> Any:
        return read_file(path)

    def note(self, text: str) -> None:
        self.performance.walk.emit(Note(self.host, text))

    def ask(self, prompt: str, echo: bool) -> str | None:
        self.performance.walk.ahead.drain()
        if not sys.stdin.isatty():
            self.note(prompt)
            return None
        with self.performance.walk.batch.resting():
            shown = SECRETS.masked(prompt)
            return input(shown) if echo else getpass.getpass(shown)

    def sleep(self, seconds: float) -> None:
        self.performance.walk.ahead.drain()
        self.performance.walk.sleep(min(seconds, self.performance.time_left() or seconds))
        self.performance.time_left()

    @property
    def delegate(self) -> str | None:
        keywords = self.performance.keywords
        return str(keywords.rendered("delegate_to")) if keywords.has("delegate_to") else None

    def is_local(self, host: str) -> bool:
        return self.destination(host).local

    def login(self) -> str:
        return self.destination(self.host).user

    def destination(self, host: str) -> Destination:
        walk = self.performance.walk
        return walk.hands.destination(Way(host, lookup(walk, host, self.performance.keywords)))
