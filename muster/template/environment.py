"""Jinja bent to what playbooks expect: types kept, names looked up when used, templates found beside their users.

The sandbox is kept although authors of playbooks are trusted (they may run commands anyway): it takes away the ways
from a value to the interpreter (`x.__class__...`), and leaves `.append()` and `.update()`, which roles use a lot.
Measured (Python 3.11): it adds 1.2 microseconds to a call of a method and, with `getattr` below, nothing to
`dictionary.key`.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from jinja2 import BaseLoader, Template, TemplateNotFound, TemplateRuntimeError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.idtracking import VAR_LOAD_PARAMETER, VAR_LOAD_RESOLVE, VAR_LOAD_UNDEFINED
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import import_string, missing

from muster.errors import TemplateError
from muster.template.custom import Custom
from muster.template.filters import FILTERS
from muster.template.globals import GLOBALS
from muster.template.plugins import Names, guarded
from muster.template.tests import TESTS
from muster.template.undefined import Missing, opened
from muster.template.values import MOST_BITS, TOO_MANY_DIGITS, text_of, used
from muster.vault.keyring import KEYRING

if TYPE_CHECKING:
    from muster.template.engine import Variables
    from muster.template.templates import Compiled, Templates

# The key under which the variables travel in Jinja's dictionaries; no template can spell it.
SCOPE = "\0variables"
# Elements of a text or list that `*` may give.
LARGEST = 10_000_000
DICT_METHODS = frozenset(dir(dict))
VIEWS = frozenset({type({}.keys()), type({}.values()), type({}.items())})


ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


def doubled(found: re.Match[str]) -> str:
    """Return an escape in a string such that the string holds it as it is written; a quote must stay escaped."""
    return "\\\\" + ("\\" + found[1] if found[1] in ("'", '"', "\\") else found[1])


class Generator(CodeGenerator):
    """Writes Python that yields values with their types, and asks for a variable where it is used.

    Jinja itself resolves every name on entering a template. Here a name may wait for a result that is on its way, so
    `{{ a if b else c }}` must ask for one of `a` and `c` only.
    """

    @staticmethod
    def _default_finalize(value: Any) -> Any:
        return value

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> Any:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible()
        return node.as_const(frame.eval_ctx)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """Write the call of `Environment.output`, where Jinja writes `str(`."""
        self.write("environment.output(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")

    def enter_frame(self, frame: Frame) -> None:
        lazy = [target for target, (action, _) in frame.symbols.loads.items() if action == VAR_LOAD_RESOLVE]
        loads = frame.symbols.loads
        frame.symbols.loads = {
            target: (VAR_LOAD_UNDEFINED, None) if target in lazy else load for target, load in loads.items()
        }
        super().enter_frame(frame)
        frame.symbols.loads = loads

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:
        if isinstance(node.value, float) and math.isinf(node.value):
            self.fail("this number is too large", node.lineno)  # It would be written as the name `inf`.
        super().visit_Const(node, frame)

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:
        reference = frame.symbols.ref(node.name)
        load = frame.symbols.find_load(reference)
        if node.ctx != "load" or (load is not None and load[0] in (VAR_LOAD_PARAMETER, VAR_LOAD_UNDEFINED)):
            super().visit_Name(node, frame)
            return
        context = self._context_reference_stack[-1]
        self.write(f"({reference} if {reference} is not missing else {context}.resolve({node.name!r}))")


class LazyContext(Context):
    """The names a template sees: its own, what the caller added, then the variables, then the globals.

    A variable is asked for once in a rendering.
    """

    def resolve_or_missing(self, key: str) -> Any:
        if key in self.vars:
            return self.vars[key]
        if key in self.parent:
            return self.parent[key]
        variables = self.variables
        if variables is not None:
            try:
                value = variables.get(key)
            except KeyError:
                pass
            else:
                self.parent[key] = value
                return value
        return self.environment.globals.get(key, missing)

    @property
    def variables(self) -> Variables | None:
        """The variables of the host; None in a template that was imported without context."""
        return self.parent.get(SCOPE)


class Files(BaseLoader):
    """Finds what a template file includes, imports or extends: beside it first, then where templates are searched."""

    def load(self, environment: Any, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        for directory in environment.templates.directories():
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                compiled: Compiled = environment.templates.compile_file(read(path), path, environment)
                return cast(Template, compiled.template)
        raise TemplateNotFound(name)


def read(path: str) -> str:
    """Return the text of a file, decrypted if need be; raise TemplateRuntimeError when it cannot be read."""
    try:
        return KEYRING.read(path).decode("utf-8")
    except OSError as error:
        raise TemplateRuntimeError(f"cannot read {path}: {error.strerror}") from None


def extension(name: str) -> type[Extension]:
    """Return an extension of Jinja by its dotted name; raises TemplateError."""
    try:
        found = import_string(name)
    except (ImportError, AttributeError) as error:
        raise TemplateError(f"the extension {name} of Jinja cannot be loaded: {error}", None,
                            "take it out of jinja2_extensions, or install what it is in beside muster") from None
    if not (isinstance(found, type) and issubclass(found, Extension)):
        raise TemplateError(f"{name} is no extension of Jinja", None, "take it out of jinja2_extensions")
    return found


def check_size(operator: str, left: Any, right: Any) -> None:
    """Raise TemplateRuntimeError for a product or power of more elements, or bits of a number, than anyone wants."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
        if bits > MOST_BITS:
            raise TemplateRuntimeError(TOO_MANY_DIGITS)
    elif operator == "*":
        many, times = (right, left) if isinstance(left, int) else (left, right)
        if isinstance(times, int) and isinstance(many, (str, list, tuple)) and len(many) * times > LARGEST:
            raise TemplateRuntimeError(f"this repeats something until it is longer than {LARGEST:,}")


class Environment(SandboxedEnvironment):
    """One for all hosts and threads of a run."""

    code_generator_class = Generator
    intercepted_binops = frozenset({"*", "**"})
    context_class = LazyContext

    def __init__(self, templates: Templates, custom: Custom, extensions: Sequence[str] = ()) -> None:
        loaded = [extension(name) for name in dict.fromkeys(["jinja2.ext.do", "jinja2.ext.loopcontrols", *extensions])]
        # Without the optimizer, because it would evaluate `{{ 100 | random }}` once for all hosts.
        super().__init__(undefined=Missing, loader=Files(), trim_blocks=True, cache_size=0, optimized=False,
                         extensions=loaded)
        self.templates = templates
        own: Any = self
        own.filters = Names("filter", guarded("filter", {**own.filters, **FILTERS}), missing=custom.missing)
        own.tests = Names("test", guarded("test", {**own.tests, **TESTS}), missing=custom.missing)
        custom.attach(own.filters, own.tests)
        self.globals.update(GLOBALS)

    # What each `{{ }}` goes through, inside of the template, so that an error has the line; `text_of` for files.
    output = staticmethod(used)

    @staticmethod
    def concat(values: Iterable[Any]) -> str:
        """Join what macros, blocks and `{% set %}...{% endset %}` print: always text."""
        return "".join([text_of(value) for value in values])

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja does it, method before key, only faster for dictionaries and without end for what is missing."""
        if type(obj) is dict and attribute not in DICT_METHODS:
            try:
                return opened(obj[attribute])
            except KeyError:
                return Missing(obj=obj, name=attribute)
        if isinstance(obj, Missing):
            return obj
        return opened(super().getattr(obj, attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, Missing):
            str(argument)  # Raises: an undefined key is a use.
        return obj if isinstance(obj, Missing) else opened(super().getitem(obj, argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return what a product or power comes to, unless a slip of the pen would fill the memory with it."""
        check_size(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls. `x.keys()` and the like are lists in Ansible, which have a first element."""
        if isinstance(obj, Missing):
            return obj
        found = super().call(context, obj, *args, **kwargs)
        return list(found) if type(found) in VIEWS else found

    def for_files(self) -> Environment:
        """Return an environment like this one whose templates yield nothing but text."""
        made: Any = self.overlay()
        made.output = text_of
        return made  # type: ignore[no-any-return]

    def join_path(self, template: str, parent: str) -> str:
        """Return the path of a template beside the one that names it, or the name itself if there is none."""
        beside = os.path.join(os.path.dirname(parent), template)
        return os.path.abspath(beside) if os.path.isfile(beside) else template

    def parse_condition(self, source: str) -> nodes.Template:
        """Return the syntax tree of a template that yields the value of a bare expression, as in `when`."""
        parser = Parser(self, source, state="variable")
        expression = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"unexpected {parser.stream.current.value!r} after the expression")
        tree = nodes.Template([nodes.Output([expression], lineno=1)], lineno=1)
        tree.set_environment(self)
        return tree

    def double_backslashes(self, source: str) -> str:
        """Return the text with the backslashes in strings inside of `{{ }}` doubled.

        So `'{{ x | regex_replace("(a)", "\\1") }}'` means in a playbook what it says. Template files and conditions
        are left as they are, as in Ansible.
        """
        if "\\" not in source:
            return source
        pieces, inside = [], False
        for _, kind, piece in self.lex(source):
            if kind in ("variable_begin", "variable_end"):
                inside = kind == "variable_begin"
            pieces.append(ESCAPE.sub(doubled, piece) if inside and kind == "string" else piece)
        return "".join(pieces)
