"""Filters and tests of a user's own: `filter_plugins/*.py` and `test_plugins/*.py` beside a playbook or in a role.

They are written for Ansible: a class `FilterModule` whose `filters()` gives functions by name, or `TestModule` with
`tests()`. What such files usually import of Ansible is there while they are imported, as small stand-ins; a file that
needs more of it is passed over with a warning, and what it cannot give is told where a template asks for it.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from muster.errors import MusterError, Origin
from muster.model import NOTHING

# kind: folder, class and method.
KINDS = {"filter": ("filter_plugins", "FilterModule", "filters"), "test": ("test_plugins", "TestModule", "tests")}
STANDINS = "muster.template.standins"
# What is imported of Ansible: packages, which are empty, and the stand-ins for what is in them.
PACKAGES = ("ansible", "ansible.module_utils", "ansible.module_utils.common", "ansible.module_utils.common.text")
PROVIDED = {
    "ansible.errors": f"{STANDINS}.errors",
    "ansible.module_utils._text": f"{STANDINS}.converters",
    "ansible.module_utils.common.text.converters": f"{STANDINS}.converters",
    "ansible.module_utils.common._collections_compat": "collections.abc",
    "ansible.module_utils.six": f"{STANDINS}.six",
    "ansible.module_utils.six.moves.urllib.parse": "urllib.parse",
    "ansible.module_utils.six.moves.urllib.error": "urllib.error",
    "ansible.module_utils.six.moves.urllib.request": "urllib.request",
}
REFUSED = ("ansible", "ansible_collections")


class PluginWarning(UserWarning):
    """A file of plugins that cannot be used."""


class Broken(NamedTuple):
    """A file that could not be loaded, and why."""

    origin: Origin
    reason: str

    def __str__(self) -> str:
        return f"{self.origin.file}:{self.origin.line}: {self.reason}"


class NotProvided(ImportError):
    """A plugin imports something of Ansible that has no stand-in."""


class Custom:
    """The plugins of a run; of two with one name the first that was added counts, and before one of muster's own."""

    def __init__(self, folders: Mapping[str, Sequence[str]] = NOTHING) -> None:
        """folders: where else they are, by kind."""
        self.folders = folders
        self.directories: list[str] = []
        self.functions: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.broken: list[Broken] = []
        self._into: dict[str, MutableMapping[str, Any]] = {}
        self._guard = threading.RLock()

    def add(self, directory: str) -> None:
        """Use the plugins in the folders of a playbook's directory or of a role; once more is no matter."""
        with self._guard:
            if directory not in self.directories:
                self.directories.append(directory)
                if self._into:
                    self._load(directory)

    def attach(self, filters: MutableMapping[str, Any], tests: MutableMapping[str, Any]) -> None:
        """Put all plugins, and those that are added later, among what templates know."""
        with self._guard:
            self._into = {"filter": filters, "test": tests}
            for directory in self.directories:
                self._load(directory)
            for kind, folders in self.folders.items():
                for folder in folders:
                    self._load_folder(kind, folder)

    def _load(self, directory: str) -> None:
        for kind, (folder, *_) in KINDS.items():
            self._load_folder(kind, os.path.join(directory, folder))

    def _load_folder(self, kind: str, place: str) -> None:
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            if name.endswith(".py") and not name.startswith(("_", ".")):
                self._load_file(kind, os.path.join(place, name))

    def _load_file(self, kind: str, path: str) -> None:
        from muster.template.plugins import guard

        try:
            found = functions_in(kind, path)
        except Exception as error:  # Whatever a user's own file does wrong is told as that file's mistake.
            self.broken.append(Broken(Origin(path, line_in(path, error), 1), words(error)))
            warnings.warn(f"{self.broken[-1]}; its {kind}s are not there", PluginWarning, stacklevel=2)
            return
        for name, function in found.items():
            if name not in self.functions[kind]:
                self.functions[kind][name] = guard(kind, name, located(function, path))
                self._into[kind][name] = self.functions[kind][name]

    def missing(self, kind: str, name: str) -> str:
        """Return a hint for a name that nobody knows: the file that muster does not use, or could not load."""
        short = name.rpartition(".")[2]
        for directory in self.directories if kind == "lookup" else ():
            path = os.path.join(directory, "lookup_plugins", f"{short}.py")
            if os.path.isfile(path):
                return f"muster does not run lookups of your own such as {path}: write a filter, or set a variable"
        if kind in KINDS and self.broken:
            return f"these plugins could not be loaded: {'; '.join(map(str, self.broken))}"
        return ""


def functions_in(kind: str, path: str) -> dict[str, Any]:
    """Import a file of plugins and return what it gives by name."""
    _, class_name, method = KINDS[kind]
    with in_place_of_ansible():
        module = imported(path)
        found = getattr(module, class_name, None)
        return dict(getattr(found(), method)()) if found else {}


def imported(path: str) -> ModuleType:
    """Import the file under a name that nothing else has, and that is not kept."""
    spec = spec_from_file_location(f"muster_plugin_{abs(hash(path))}", path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # Dataclasses look their module up.
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


@contextmanager
def in_place_of_ansible() -> Iterator[None]:
    """Let imports of Ansible find the stand-ins, and nothing else; an Ansible that is installed is left as it was."""
    before = {name: sys.modules.pop(name) for name in [*sys.modules] if name.partition(".")[0] in REFUSED}
    for name in PACKAGES:
        package = ModuleType(name)
        package.__path__ = []
        place(name, package)
    for name, standin in PROVIDED.items():
        place(name, importlib.import_module(standin))
    finder = Refusing()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] in REFUSED]:
            del sys.modules[name]
        sys.modules.update(before)


def place(name: str, module: ModuleType) -> None:
    """Make a module importable by a name, also as `from parent import it`."""
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent in PACKAGES:
        setattr(sys.modules[parent], last, module)


class Refusing(MetaPathFinder):
    """Is asked for what of Ansible is not provided, and says so."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if fullname.partition(".")[0] in REFUSED:
            refuse(fullname)


def refuse(name: str) -> NoReturn:
    raise NotProvided(f"it imports {name}, which is a part of Ansible that muster does not have; plugins that need "
                      f"nothing of it but {', '.join(list(PROVIDED)[:3])} and six work", name=name)


def located(function: Any, path: str) -> Any:
    """Return the function of a plugin with errors that say in which line of its file they came up."""
    from jinja2 import UndefinedError

    from muster.template.plugins import PluginError

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (UndefinedError, MusterError):
            raise
        except Exception as error:  # Whatever a user's own function does wrong is told as its mistake.
            raise PluginError(f"{words(error)} ({path}:{line_in(path, error)})") from error

    return call


def words(error: BaseException) -> str:
    """Return the words of an error; of Python's own with its kind, which says more than they do."""
    if isinstance(error, NotProvided) or type(error).__module__ == f"{STANDINS}.errors":
        return str(error) or type(error).__name__
    if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] in REFUSED:
        return f"it imports {error.name} while it is used; imports of Ansible work at the top of the file only"
    if isinstance(error, ModuleNotFoundError):
        return f"it needs the Python package {error.name}: pip install {error.name}"
    return f"{type(error).__name__}: {error}"


def line_in(path: str, error: BaseException) -> int:
    """Return the line of the file that the error came up in, or 1."""
    line = error.lineno or 1 if isinstance(error, SyntaxError) and error.filename == path else 1
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
