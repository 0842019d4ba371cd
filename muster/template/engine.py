"""Renders templates and evaluates conditions.

    engine = Engine()
    engine.render({"path": "/srv/{{ name }}"}, variables)       {"path": "/srv/web"}
    engine.render("{{ ports }}", variables)                     [80, 443]: one expression keeps its type
    engine.evaluate("ports | length > 1", variables)            True

Templates are compiled once a run and kept by their text. Importing this file imports Jinja.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from jinja2 import Template

from muster.errors import Origin, TemplateError
from muster.model import Unsafe
from muster.template import shortcut
from muster.template.conditions import without_braces
from muster.template.environment import SCOPE, Environment, LazyContext
from muster.template.explain import CAUSES, Source, UndefinedVariable, explain
from muster.template.headers import OPTIONS, split_header
from muster.template.omit import OMIT
from muster.template.undefined import Missing
from muster.template.values import plain, text_of


class TemplateWarning(UserWarning):
    """A template or condition that works and is probably not meant so."""


class Variables(Protocol):
    """Where the engine reads variables from."""

    def get(self, name: str) -> Any:
        """Return the rendered value, waiting for it if need be; raise KeyError for an unknown name."""

    def names(self) -> Iterable[str]:
        """Return the names of all variables."""

    def settle(self) -> None:
        """Wait until everything sent to the host is done: something is about to look at the outside world."""

    def search_paths(self, kind: str) -> list[str]:
        """Return the directories, nearest first, that are searched for "files", "templates" or "vars"."""


class Compiled:
    """A compiled template, and what the messages about it need."""

    def __init__(self, template: Template | shortcut.Text | shortcut.Path, source: Source) -> None:
        self.template = template
        self.source = source


class Engine:
    """Serves all hosts and threads of a run.

    strict: a condition that gives no boolean is an error, as in ansible-core 2.19, and not a warning
    """

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self.environment = Environment(self)
        self._file_environment = self.environment.for_files()
        self._texts: dict[str, Compiled] = {}
        self._conditions: dict[str, Compiled] = {}
        self._files: dict[Any, Compiled] = {}
        self._overlays: dict[Any, Environment] = {}
        self._warned: set[Any] = set()
        self._local = threading.local()

    # Values

    def render(self, value: Any, variables: Variables, origin: Origin | None = None) -> Any:
        """Return the value with every template in it replaced, containers as plain dict and list.

        A string that is one expression gives the expression's value with its type; text around it makes it text. Keys
        and elements that come out as `omit` are dropped. Raises TemplateError.
        """
        return self._render(value, variables, origin, False)

    def render_lazy(self, value: Any, variables: Variables, origin: Origin | None = None, name: str = "") -> Any:
        """Render a variable's value: what is undefined in it, or inside of it, raises only once it is used.

        name: the variable, to find out about variables that refer to themselves
        """
        if not name:
            return self._render(value, variables, origin, True)
        with self._resolving(name, variables, origin):
            return self._render(value, variables, origin, True)

    def _render(self, value: Any, variables: Variables, origin: Origin | None, lazy: bool) -> Any:
        if isinstance(value, str):
            if not self.is_template(value) or isinstance(value, Unsafe):
                return value
            return self._render_lazily(value, variables, origin) if lazy else self._render_text(
                value, variables, origin, False)
        if isinstance(value, dict):
            places = getattr(value, "origins", {})
            pairs = [(key, self._render(each, variables, places.get(key, origin), lazy)) for key, each in value.items()]
            return {key: each for key, each in pairs if each is not OMIT}
        if isinstance(value, (list, tuple)):
            places = getattr(value, "origins", None) or [origin] * len(value)
            made = [self._render(each, variables, place, lazy) for each, place in zip(value, places, strict=False)]
            return [each for each in made if each is not OMIT]
        return value

    def _render_lazily(self, text: str, variables: Variables, origin: Origin | None) -> Any:
        try:
            return self._render_text(text, variables, origin, True)
        except UndefinedVariable as error:
            return Missing(cause=error)

    def _render_text(self, text: str, variables: Variables, origin: Origin | None, lazy: bool) -> Any:
        compiled = self._texts.get(text) or self._compile_text(text, origin)
        try:
            pieces = self._run(compiled.template, variables)
            if len(pieces) != 1:
                result = "".join([text_of(piece) for piece in pieces])
            else:
                result = plain(pieces[0], lazy)
        except CAUSES as error:
            raise self._explain(error, compiled.source.at(origin), variables) from None
        return with_newlines(result, text) if isinstance(result, str) else result

    def _run(self, template: Template | shortcut.Text | shortcut.Path, variables: Variables,
             extra: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the pieces that a template yields, with their types."""
        parent = {**extra, SCOPE: variables} if extra else {SCOPE: variables}
        context = LazyContext(template.environment, parent, template.name, template.blocks)
        return list(template.root_render_func(context))

    def _compile_text(self, text: str, origin: Origin | None) -> Compiled:
        source = Source(text, origin, parse=self.environment.parse)
        try:
            template = shortcut.template(self.environment, text) or self.environment.from_string(
                self.environment.double_backslashes(text))
        except CAUSES as error:
            raise explain(error, source, tuple) from None
        return self._texts.setdefault(text, Compiled(template, source.at(None)))

    def is_template(self, text: str) -> bool:
        """Tell whether there is anything to render in the text."""
        return "{{" in text or "{%" in text or "{#" in text

    @contextmanager
    def _resolving(self, name: str, variables: Variables, origin: Origin | None) -> Iterator[None]:
        """Keep the chain of variables that this thread is rendering; one that comes up again is an error."""
        chain = self._local.__dict__.setdefault("chain", [])
        step = (id(variables), name)
        if step in chain:
            names = [each for _, each in chain[chain.index(step):]] + [name]
            raise TemplateError(f"the variable refers to itself: {' -> '.join(names)}", origin)
        chain.append(step)
        try:
            yield
        finally:
            chain.pop()

    def _explain(self, error: BaseException, source: Source, variables: Variables) -> TemplateError:
        """Return what to raise; it names the variables that led to this text."""
        return explain(error, source, variables.names, [name for _, name in getattr(self._local, "chain", ())])

    # Conditions

    def evaluate(self, condition: Any, variables: Variables, origin: Origin | None = None) -> Any:
        """Return the value of a bare expression, as in `when` or `until`; what is no string is returned as it is.

        `{{ }}` inside of it stand for parentheses. Raises TemplateError.
        """
        if not isinstance(condition, str):
            return condition
        compiled = self._conditions.get(condition) or self._compile_condition(condition, origin)
        try:
            return plain(self._run(compiled.template, variables)[0])
        except CAUSES as error:
            raise self._explain(error, compiled.source.at(origin), variables) from None

    def truth(self, condition: Any, variables: Variables, origin: Origin | None = None) -> bool:
        """Return whether the condition holds, by Python's truth; warn once a place of a value that is no boolean.

        No condition at all (None or empty text, as in `when:`) holds.
        """
        if condition is None or condition == "":
            return True
        value = self.evaluate(condition, variables, origin)
        if not isinstance(value, bool):
            self._complain(str(condition), value, origin)
        return bool(value)

    def _complain(self, condition: str, value: Any, origin: Origin | None) -> None:
        message = f'the condition "{condition}" gives {words(value)}, not true or false'
        if self.strict:
            raise TemplateError(message, origin, "compare it, or say what of it counts: `| bool`, `| length > 0`")
        if (origin, condition) not in self._warned:
            self._warned.add((origin, condition))
            place = f"{origin}: " if origin else ""
            counts = "true" if value else "false"
            warnings.warn(f"{place}{message}; it counts as {counts}", TemplateWarning, stacklevel=3)

    def _compile_condition(self, condition: str, origin: Origin | None) -> Compiled:
        source = Source(condition, origin, parse=lambda text: self.environment.parse_condition(without_braces(text)))
        try:
            template = shortcut.condition(self.environment, condition) or self.environment.from_string(
                self.environment.parse_condition(without_braces(condition)))
        except CAUSES as error:
            raise explain(error, source, tuple) from None
        return self._conditions.setdefault(condition, Compiled(template, source.at(None)))

    # Files

    def render_file(self, text: str, variables: Variables, path: str, extra: Mapping[str, Any] | None = None,
                    **overrides: Any) -> str:
        """Return the text of a template file.

        path: the file it was read from, for messages and for what it includes
        extra: more variables, above all others (ansible_managed, template_host, ...)
        overrides: options of the syntax as the task type `template` has them (trim_blocks, lstrip_blocks, ...); a first
            line `#jinja2: ...` is above them
        """
        outer = getattr(self._local, "directories", None)
        self._local.directories = [os.path.dirname(path), *variables.search_paths("templates")]
        compiled = self.file_template(text, path, self._file_environment, overrides)
        try:
            pieces = self._run(compiled.template, variables, extra)
            return with_newlines("".join(pieces), text, compiled.template.environment.newline_sequence)
        except CAUSES as error:
            raise self._explain(error, compiled.source, variables) from None
        finally:
            self._local.directories = outer

    def file_template(self, text: str, path: str, environment: Environment,
                      overrides: Mapping[str, Any] | None = None) -> Compiled:
        """Return the compiled template for the text of a file; raise TemplateError when it cannot be parsed."""
        key = (path, text, id(environment), tuple(sorted((overrides or {}).items())))
        if key in self._files:
            return self._files[key]
        options, body, skipped = split_header(text, path)
        source = Source(body, None, path, skipped, environment.parse)
        try:
            environment = self._overlay(environment, {**(overrides or {}), **options}, path)
            code = environment.compile(body, path, path)
            template = Template.from_code(environment, code, environment.make_globals(None))
        except CAUSES as error:
            raise explain(error, source, tuple) from None
        return self._files.setdefault(key, Compiled(template, source))

    def _overlay(self, environment: Environment, options: dict[str, Any], path: str) -> Environment:
        """Return the environment with these options of the syntax; one is kept for each set of options."""
        for name in options:
            if name not in OPTIONS:
                raise TemplateError(f'"{name}" is no option of templates; there are: {", ".join(OPTIONS)}',
                                    Origin(path, 1, 1))
        if not options:
            return environment
        key = (id(environment), tuple(sorted(options.items())))
        if key not in self._overlays:
            self._overlays[key] = environment.overlay(**options)
        return self._overlays[key]

    def directories(self) -> list[str]:
        """Return where the template file that this thread renders may include others from."""
        return getattr(self._local, "directories", None) or []


def with_newlines(result: str, source: str, newline: str = "\n") -> str:
    """Return the result with at least as many newlines at its end as the template has.

    Jinja drops the last one, and one after each `{% ... %}`; a block scalar and a file shall keep theirs.
    """
    wanted = len(source) - len(source.rstrip("\n"))
    have = (len(result) - len(result.rstrip(newline))) // len(newline)
    return result + newline * (wanted - have) if have < wanted else result  # Unsafe text stays Unsafe.


def words(value: Any) -> str:
    """Describe a value in a message, shortly."""
    shown = repr(value)
    kind = "None" if value is None else f"{type(value).__name__} {shown if len(shown) <= 40 else shown[:37] + '...'}"
    return f"the {kind}" if value is not None else kind
