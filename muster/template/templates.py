"""Templates as Jinja knows them: compiled once a run, kept by their text, run for one host after the other.

Importing this file imports Jinja; `Engine` does so when it meets the first template.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Template

from muster.errors import Origin, TemplateError, UndefinedVariable
from muster.template import shortcut
from muster.template.conditions import without_braces
from muster.template.custom import Custom
from muster.template.environment import SCOPE, Environment, LazyContext
from muster.template.explain import CAUSES, Source, explain
from muster.template.headers import OPTIONS, split_header
from muster.template.itself import MANAGED, names_of_itself
from muster.template.omit import OMIT
from muster.template.undefined import Missing
from muster.template.values import plain, text_of
from muster.vault.keyring import KEYRING

if TYPE_CHECKING:
    from muster.template.engine import Variables


# A file that changed just now may change again, and keep the time and the size that it has.
SETTLED_SECONDS = 2.0


class Compiled:
    """A compiled template, and what the messages about it need."""

    def __init__(self, template: Template | shortcut.Shortcut, source: Source) -> None:
        self.template = template
        self.source = source


class Templates:
    """Serves all hosts and threads of a run.

    chain: gives the names of the variables that this thread is rendering, for messages
    custom: filters and tests of the user's own
    extensions: names of Jinja's extensions; raises TemplateError for one that cannot be loaded
    managed: what `ansible_managed` says in files
    """

    def __init__(self, chain: Callable[[], Sequence[str]], custom: Custom, extensions: Sequence[str] = (),
                 managed: str = MANAGED) -> None:
        self.chain = chain
        self.custom = custom
        self.managed = managed
        self.environment = Environment(self, custom, extensions)
        self._file_environment = self.environment.for_files()
        self._texts: dict[str, Compiled] = {}
        self._conditions: dict[str, Compiled] = {}
        self._files: dict[Any, Compiled] = {}
        self._overlays: dict[Any, Environment] = {}
        self._read: dict[str, tuple[tuple[int, ...], str]] = {}
        self._compiling = threading.Lock()
        self._local = threading.local()

    # Texts

    def text_lazily(self, text: str, variables: Variables, origin: Origin | None) -> Any:
        """Render a text as `text` does, but what is undefined in it raises only once it is used."""
        try:
            return self.text(text, variables, origin, True)
        except UndefinedVariable as error:
            return Missing(cause=error)

    def text(self, text: str, variables: Variables, origin: Origin | None, lazy: bool = False) -> Any:
        """Return what a text with templates in it comes to: text, or the value of the one expression that it is.

        lazy: elements of the value may be undefined
        """
        compiled = self._texts.get(text) or self._once(self._texts, text, lambda: self._compile_text(text, origin))
        try:
            pieces = self._run(compiled.template, variables)
            result = joined(pieces, lazy)
        except CAUSES as error:
            raise self._explain(error, compiled.source.at(origin), variables) from None
        return with_newlines(result, text) if isinstance(result, str) else result

    def _compile_text(self, text: str, origin: Origin | None) -> Compiled:
        source = Source(text, origin, parse=self.environment.parse)
        try:
            template = shortcut.template(self.environment, text) or self.environment.from_string(
                self.environment.double_backslashes(text))
        except CAUSES as error:
            raise explain(error, source, tuple) from None
        return Compiled(template, source.at(None))

    # Conditions

    def condition(self, condition: str, variables: Variables, origin: Origin | None) -> Any:
        """Return the value of a bare expression."""
        compiled = self._conditions.get(condition) or self._once(
            self._conditions, condition, lambda: self._compile_condition(condition, origin))
        try:
            return plain(self._run(compiled.template, variables)[0])
        except CAUSES as error:
            raise self._explain(error, compiled.source.at(origin), variables) from None

    def _compile_condition(self, condition: str, origin: Origin | None) -> Compiled:
        source = Source(condition, origin, parse=lambda text: self.environment.parse_condition(without_braces(text)))
        try:
            template = shortcut.condition(self.environment, condition) or self.environment.from_string(
                self.environment.parse_condition(without_braces(condition)))
        except CAUSES as error:
            raise explain(error, source, tuple) from None
        return Compiled(template, source.at(None))

    # Files

    def file_at(self, path: str, variables: Variables, extra: Mapping[str, Any] | None = None, name: str = "",
                **syntax: Any) -> str:
        """Return the text of the template file at a path, which knows itself by the name that was given for it."""
        text, known = self.read(path)
        return self.file(text, variables, path, {
            **names_of_itself(path, known, variables.get, self.managed, name), **(extra or {})}, **syntax)

    def value_at(self, path: str, variables: Variables, extra: Mapping[str, Any] | None = None, name: str = "",
                 **syntax: Any) -> Any:
        """Return the value of the template file at a path, with its type if it is one expression, as in a playbook."""
        text, known = self.read(path)
        names = {**names_of_itself(path, known, variables.get, self.managed, name), **(extra or {})}
        pieces, newline = self._pieces(text, variables, path, self.environment, names, syntax)
        result = joined(pieces)
        return with_newlines(result, text, newline) if isinstance(result, str) else result

    def read(self, path: str) -> tuple[str, os.stat_result]:
        """Return the text of a file, decrypted if it is encrypted, and what the system knows of it.

        Raises TemplateError when it cannot be read, VaultError when it cannot be decrypted.

        Every host comes to the same file, so it is read anew only when it is another than before.
        """
        try:
            found = os.stat(path)
            if not stat.S_ISREG(found.st_mode):
                raise TemplateError(f"{path} is no file that could be a template")
            version = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            known, text = self._read.get(path, ((), ""))
            if known != version:
                text = KEYRING.read(path).decode("utf-8")
                if time.time() - found.st_ctime > SETTLED_SECONDS:
                    self._read[path] = version, text
        except OSError as error:
            raise TemplateError(f"cannot read {path}: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise TemplateError(f"{path} is no template: byte {error.start} is not UTF-8") from None
        return text, found

    def file(self, text: str, variables: Variables, path: str, extra: Mapping[str, Any] | None = None,
             **overrides: Any) -> str:
        """Return the text of a template file.

        path: the file it was read from, for messages and for what it includes
        extra: more variables, above all others (ansible_managed, template_host, ...)
        overrides: options of the syntax as the task type `template` has them (trim_blocks, lstrip_blocks, ...); a first
            line `#jinja2: ...` is above them
        """
        pieces, newline = self._pieces(text, variables, path, self._file_environment, extra, overrides)
        return with_newlines("".join(pieces), text, newline)

    def _pieces(self, text: str, variables: Variables, path: str, environment: Environment,
                extra: Mapping[str, Any] | None, overrides: Mapping[str, Any]) -> tuple[list[Any], str]:
        """Return what the text of a template file yields, and what ends its lines."""
        outer = getattr(self._local, "directories", None)
        self._local.directories = [os.path.dirname(path), *variables.search_paths("templates")]
        compiled = self.compile_file(text, path, environment, overrides)
        try:
            pieces = [piece if type(piece) is str else plain(piece) for piece in
                      self._run(compiled.template, variables, extra)]
            return pieces, cast(Template, compiled.template).environment.newline_sequence
        except CAUSES as error:
            raise self._explain(error, compiled.source, variables) from None
        finally:
            self._local.directories = outer

    def compile_file(self, text: str, path: str, environment: Environment,
                     overrides: Mapping[str, Any] | None = None) -> Compiled:
        """Return the compiled template for the text of a file; raise TemplateError when it cannot be parsed."""
        given = overrides or {}
        key = (path, text, id(environment), tuple(sorted(given.items())))
        return self._files.get(key) or self._once(
            self._files, key, lambda: self._compile_file(text, path, environment, given))

    def _compile_file(self, text: str, path: str, environment: Environment, overrides: Mapping[str, Any]) -> Compiled:
        options, body, skipped = split_header(text, path)
        source = Source(body, None, path, skipped, environment.parse)
        try:
            environment = self._overlay(environment, {**overrides, **options}, path)
            code = environment.compile(body, path, path)
            template = Template.from_code(environment, code, environment.make_globals(None))
        except CAUSES as error:
            raise explain(error, source, tuple) from None
        return Compiled(template, source)

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
            try:
                self._overlays[key] = environment.overlay(**options)
            except (AssertionError, TypeError, ValueError) as error:  # Jinja's way to say what the marks must be like.
                raise TemplateError(f"templates cannot be written with these options: {error}", Origin(path, 1, 1)
                                    ) from None
        return self._overlays[key]

    def directories(self) -> list[str]:
        """Return where the template file that this thread renders may include others from."""
        return getattr(self._local, "directories", None) or []

    # All of them

    def _once(self, kept: dict[Any, Compiled], key: Any, make: Callable[[], Compiled]) -> Compiled:
        """Return what is kept by a key. Hosts come to a template together: the first compiles it, the others wait."""
        with self._compiling:
            if key not in kept:
                kept[key] = make()
            return kept[key]

    def _run(self, template: Template | shortcut.Shortcut, variables: Variables,
             extra: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the pieces that a template yields, with their types."""
        if isinstance(template, shortcut.Shortcut):
            return template.run(variables)
        parent = {**extra, SCOPE: variables} if extra else {SCOPE: variables}
        context = LazyContext(template.environment, parent, template.name, template.blocks)
        return list(template.root_render_func(context))

    def _explain(self, error: BaseException, source: Source, variables: Variables) -> TemplateError:
        """Return what to raise; it names the variables that led to this text."""
        return explain(error, source, variables.names, self.chain())


def joined(pieces: list[Any], lazy: bool = False) -> Any:
    """Return what a template's pieces come to: the value of the only one that is something, None, or else text."""
    if len(pieces) != 1:
        pieces = [piece for piece in pieces if piece is not None and piece is not OMIT]
        if len(pieces) > 1:
            return "".join([text_of(piece) for piece in pieces])
    return plain(pieces[0], lazy) if pieces else None


def with_newlines(result: str, source: str, newline: str = "\n") -> str:
    """Return the result with at least as many newlines at its end as the template has.

    Jinja drops the last one, and one after each `{% ... %}`; a block scalar and a file shall keep theirs.
    """
    if not source.endswith("\n"):
        return result
    wanted = len(source) - len(source.rstrip("\n"))
    have = (len(result) - len(result.rstrip(newline))) // len(newline)
    return result + newline * (wanted - have) if have < wanted else result  # Unsafe text stays Unsafe.
