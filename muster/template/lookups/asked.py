"""What a lookup is given beside its terms, and how it finds files and reads options written into a term."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from muster.errors import nearest
from muster.template.plugins import PluginError

if TYPE_CHECKING:
    from muster.template.engine import Variables
    from muster.template.templates import Templates


class Asked:
    """The variables of the host that asks, and how templates are rendered."""

    def __init__(self, variables: Variables, templates: Templates | None) -> None:
        self.variables = variables
        self.templates = templates

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self.variables.get(name)
        except KeyError:
            return default

    @property
    def directory(self) -> str:
        """The directory that relative paths and commands start from: the playbook's."""
        return str(self.get("playbook_dir") or os.getcwd())

    def candidates(self, path: str, *kinds: str) -> Iterable[str]:
        """Yield where a file may be: in the directories of these kinds, and in the role or play they belong to."""
        path = os.path.expanduser(path)
        if os.path.isabs(path):
            yield path
            return
        for kind in kinds:
            for directory in map(os.path.abspath, self.variables.search_paths(kind)):
                yield os.path.join(directory, path)
                if os.path.basename(directory.rstrip("/")) == kind:
                    yield os.path.join(os.path.dirname(directory.rstrip("/")), path)

    def find(self, path: str, *kinds: str) -> str:
        """Return the first place where the file is; raise PluginError naming all that were tried."""
        tried = list(dict.fromkeys(self.candidates(path, *kinds)))
        for each in tried:
            if os.path.isfile(each):
                return each
        raise PluginError(f'there is no file "{path}"; tried {", ".join(tried) or "no directory"}')


def options_of(term: str, options: dict[str, Any], known: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Return the first words of a term, and its `k=v` words added to the options of the call.

    >>> options_of("web file=hosts.ini", {}, ("file",))
    ('web', {'file': 'hosts.ini'})
    """
    words, found = [], dict(options)
    for word in shlex.split(str(term)):
        key, equals, value = word.partition("=")
        if equals and key in known:
            found[key] = value
        else:
            words.append(word)
    check_names(found, known)
    return " ".join(words), found


def check_names(options: Iterable[str], known: Iterable[str]) -> None:
    """Raise PluginError for the first option that is not known, with the nearest that is."""
    for name in options:
        if name not in known:
            raise PluginError(f'it has no option "{name}"',
                              nearest(name, known) or f"there are: {', '.join(known) or 'none'}")
