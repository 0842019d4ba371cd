"""Renders templates and evaluates conditions.

    engine = Engine()
    engine.render({"path": "/srv/{{ name }}"}, variables)       {"path": "/srv/web"}
    engine.render("{{ ports }}", variables)                     [80, 443]: one expression keeps its type
    engine.evaluate("ports | length > 1", variables)            True

Containers, conditions and plain values are dealt with here; Jinja is imported when there is a template.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from muster.errors import Origin, TemplateError, VaultError
from muster.model import NOTHING, Unsafe, Vaulted
from muster.secrets import SECRETS
from muster.template.custom import Custom
from muster.template.itself import MANAGED
from muster.template.omit import OMIT
from muster.vault.keyring import KEYRING

if TYPE_CHECKING:
    from muster.template.templates import Templates


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


class Engine:
    """Serves all hosts and threads of a run.

    custom: the filters and tests of the user's own
    strict: a condition that gives no boolean is an error, as in ansible-core 2.19, and not a warning
    extensions: names of Jinja's extensions that are used beside the usual ones
    folders: where else the user's own are, {"filter" or "test": directories}
    managed: what `ansible_managed` says in template files; {file}, {host} and {uid} are filled in, and so is the time
    """

    def __init__(
        self, strict: bool = False, extensions: Sequence[str] = (), managed: str = MANAGED,
        folders: Mapping[str, Sequence[str]] = NOTHING,
    ) -> None:
        self.strict = strict
        self.extensions = extensions
        self.managed = managed
        self.custom = Custom(folders)
        self._guard = threading.Lock()
        self._templates: Templates | None = None
        self._warned: set[Any] = set()
        self._local = threading.local()

    @property
    def templates(self) -> Templates:
        """Jinja's part, made when it is needed: hosts are on their way to answer while it is imported."""
        return self._templates or self._made()

    def _made(self) -> Templates:
        from muster.template.templates import Templates

        with self._guard:
            if self._templates is None:
                self._templates = Templates(lambda: [name for _, name in self._chain()], self.custom, self.extensions,
                                            self.managed)
            return self._templates

    # Values

    def render(self, value: Any, variables: Variables, origin: Origin | None = None) -> Any:
        """Return the value with every template in it replaced, containers as plain dict and list.

        A string that is one expression gives the expression's value with its type; text around it makes it text. Keys
        and elements that come out as `omit` are dropped. Raises TemplateError.
        """
        return self._whole(value, variables, origin, False)

    def render_lazy(self, value: Any, variables: Variables, origin: Origin | None = None, name: str = "") -> Any:
        """Render a variable's value: what is undefined in it, or inside of it, raises only once it is used.

        name: the variable, to find out about variables that refer to themselves
        """
        if isinstance(value, Vaulted):
            return self._revealed(value, False)  # Only inside of a value may there be what is never used.
        if not name:
            return self._whole(value, variables, origin, True)
        chain = self._chain()
        step = (id(variables), name)
        if step in chain:
            names = [each for _, each in chain[chain.index(step):]] + [name]
            raise TemplateError(f"the variable refers to itself: {' -> '.join(names)}", origin)
        chain.append(step)
        try:
            return self._whole(value, variables, origin, True)
        finally:
            chain.pop()

    def _chain(self) -> list[tuple[int, str]]:
        """Return the variables that this thread is rendering, one inside the other: (id of their scope, name)."""
        try:
            return self._local.chain  # type: ignore[no-any-return]
        except AttributeError:
            self._local.chain = []
            return self._chain()

    def _whole(self, value: Any, variables: Variables, origin: Origin | None, lazy: bool) -> Any:
        try:
            return self._render(value, variables, origin, lazy)
        except RecursionError:
            raise TemplateError("the lists and mappings in this are too many inside each other", origin) from None

    def _render(self, value: Any, variables: Variables, origin: Origin | None, lazy: bool) -> Any:
        if isinstance(value, str):
            if not self.is_template(value) or isinstance(value, Unsafe):
                return value
            render = self.templates.text_lazily if lazy else self.templates.text
            return render(value, variables, origin)
        if isinstance(value, dict):
            places = getattr(value, "origins", {})
            pairs = [(key, self._render(each, variables, places.get(key, origin), lazy)) for key, each in value.items()]
            return {key: each for key, each in pairs if each is not OMIT}
        if isinstance(value, (list, tuple)):
            places = getattr(value, "origins", None) or [origin] * len(value)
            made = [self._render(each, variables, place, lazy) for each, place in zip(value, places, strict=False)]
            return [each for each in made if each is not OMIT]
        return self._revealed(value, lazy) if isinstance(value, Vaulted) else value

    def _revealed(self, value: Vaulted, lazy: bool) -> Any:
        """Return the text of an encrypted value: it is text, whatever braces it holds, as in ansible-core 2.19."""
        try:
            return KEYRING.reveal(value)
        except VaultError as error:
            cause = TemplateError(error.message, error.origin, error.hint)
            if not lazy:
                raise cause from None
            from muster.template.undefined import Missing

            return Missing(cause=cause)

    def is_template(self, text: str) -> bool:
        """Tell whether there is anything to render in the text."""
        return "{" in text and ("{{" in text or "{%" in text or "{#" in text)

    # Conditions

    def evaluate(self, condition: Any, variables: Variables, origin: Origin | None = None) -> Any:
        """Return the value of a bare expression, as in `when` or `until`; what is no string is returned as it is.

        `{{ }}` inside of it stand for parentheses. Raises TemplateError.
        """
        if not isinstance(condition, str):
            return self._render(condition, variables, origin, False) if isinstance(condition, Vaulted) else condition
        return self.templates.condition(condition, variables, origin)

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


def words(value: Any) -> str:
    """Describe a value in a message, shortly."""
    shown = SECRETS.masked(repr(value))
    kind = "None" if value is None else f"{type(value).__name__} {shown if len(shown) <= 40 else shown[:37] + '...'}"
    return f"the {kind}" if value is not None else kind
