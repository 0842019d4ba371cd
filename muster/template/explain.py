"""From what Jinja and Python raise to a `TemplateError` that says what, where, and what to do.

Only kinds of errors that a template can cause are touched; all others (a host that is gone, an interrupt) pass through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

import yaml
from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError, nodes
from jinja2.utils import missing

from muster.errors import Origin, TemplateError, UndefinedVariable, nearest
from muster.secrets import SECRETS
from muster.template.undefined import Missing, UndefinedUse

# Jinja asserts where it should complain, as in `truncate(1)`.
CAUSES = (JinjaError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError, re.error,
          yaml.YAMLError, AssertionError, MemoryError)
LONGEST = 70


class Source:
    """The text an error is about.

    text: the template or expression
    origin: where it stands, if that is known
    path: the template file it is the content of; "" for text out of a playbook
    skipped: lines of the file that come before the text
    parse: function that returns the syntax tree of the text
    """

    def __init__(self, text: str, origin: Origin | None = None, path: str = "", skipped: int = 0,
                 parse: Callable[[str], nodes.Template] | None = None) -> None:
        self.text, self.origin, self.path, self.skipped, self.parse = text, origin, path, skipped, parse

    def at(self, origin: Origin | None) -> Source:
        """Return the same text at another place: texts that are equal are compiled once."""
        return Source(self.text, origin, self.path, self.skipped, self.parse)

    def place(self, line: int, path: str | None = None) -> Origin | None:
        """Return the origin for a line of the text; `path` names the file when it is an included one."""
        if path or self.path:
            return Origin(path or self.path, line + (self.skipped if path in (None, self.path) else 0), 1)
        return self.origin

    @property
    def quoted(self) -> str:
        """The text, or the beginning of it, as it is shown in messages."""
        line = " ".join(str(SECRETS.masked(self.text)).split())
        return f'"{line}"' if len(line) <= LONGEST else f'"{line[:LONGEST - 3]}..."'


def explain(error: BaseException, source: Source, names: Callable[[], Iterable[str]],
            chain: Sequence[str] = ()) -> TemplateError:
    """Return what to raise instead of one of `CAUSES`.

    names: gives the variables that exist
    chain: the variables that are being rendered, the one that holds the text last
    """
    if isinstance(error, UndefinedUse) and error.value._undefined_cause is not None:
        return error.value._undefined_cause
    made = translate(error, source, names)
    if chain:
        made.message += f", which is wanted for the variable {' -> '.join(chain)}"
    return made


def translate(error: BaseException, source: Source, names: Callable[[], Iterable[str]]) -> TemplateError:
    """Return the error for what was raised by this text itself."""
    line, path = where(error)
    if isinstance(error, UndefinedUse):
        message, hint = explain_missing(error.value, source, names)
        return UndefinedVariable(message + in_text(source), source.place(line, path), hint)
    if isinstance(error, UndefinedError):
        return UndefinedVariable(str(error) + in_text(source), source.place(line, path))
    if isinstance(error, TemplateSyntaxError):
        path = error.filename if error.filename and error.filename != "<template>" else None
        message = f"cannot parse {source.quoted}: {error.message}" if not source.path else f"{error.message}"
        return TemplateError(message, source.place(error.lineno, path), line_hint(error.lineno, source))
    if isinstance(error, TemplateNotFound):
        return TemplateError(f'there is no template "{error.name}"', source.place(line, path),
                             "it is searched beside the file that names it and in the templates directories")
    return TemplateError(reason(error) + in_text(source), source.place(line, path),
                         getattr(error, "hint", "") or line_hint(line, source))


def in_text(source: Source) -> str:
    """Return words that quote the expression; for a file its line is shown anyway."""
    return "" if source.path else f" in {source.quoted}"


def line_hint(line: int, source: Source) -> str:
    return f"in line {line} of the text" if not source.path and source.text.strip().count("\n") else ""


def reason(error: BaseException) -> str:
    """Return the words of an error; Python's own say nothing without their kind."""
    if isinstance(error, JinjaError):
        return error.message or "error in a template"
    if isinstance(error, RecursionError):
        return "the templates refer to each other without end"
    if isinstance(error, MemoryError):
        return "this needs more memory than there is"
    if isinstance(error, KeyError):
        return f"no key {error}"
    return str(error) or type(error).__name__


def where(error: BaseException) -> tuple[int, str | None]:
    """Return the line of the innermost template that the error went through, and its file (None for mere text)."""
    line, path = 1, None
    trace: TracebackType | None = error.__traceback__
    while trace:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            line, path = template.get_corresponding_lineno(trace.tb_lineno), template.name
        trace = trace.tb_next
    return line, path


def explain_missing(value: Missing, source: Source, names: Callable[[], Iterable[str]]) -> tuple[str, str]:
    """Return message and hint for a value that is not there."""
    name, parent = value._undefined_name, value._undefined_obj
    if value._undefined_hint:
        return value._undefined_hint, ""
    if parent is missing:
        return f'"{name}" is undefined', nearest(str(name), names())
    message = f'"{path_of(name, source) or name}" is undefined'
    if isinstance(parent, Mapping):
        if parent.get("skipped") and "changed" in parent:
            return message, "the task that registered this was skipped"
        keys = [str(key) for key in parent]
        return message, nearest(str(name), keys) or f"the keys are: {', '.join(keys[:8]) or 'none, it is empty'}"
    if isinstance(parent, (list, tuple)) and isinstance(name, int):
        return message, f"the list has {len(parent)} elements, the first is 0"
    return message, f"it is looked for in a value of type {type(parent).__name__}, which has nothing of that name"


def path_of(name: Any, source: Source) -> str:
    """Return the dotted path that ends with this key in the text, or "" when there is not exactly one."""
    try:
        tree = source.parse(source.text) if source.parse else nodes.Template([])
    except JinjaError:
        return ""
    found = {dotted(node) for node in tree.find_all((nodes.Getattr, nodes.Getitem)) if last(node) == name}
    return found.pop() if len(found) == 1 else ""


def last(node: nodes.Expr) -> Any:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) else None


def dotted(node: nodes.Expr) -> str:
    """Return the source of a chain of names, attributes and constant keys; "(...)" for what else it begins with."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{dotted(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return f"{dotted(node.node)}[{node.arg.value!r}]"
    return "(...)"
