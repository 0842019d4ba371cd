"""In place of `ansible.module_utils.six`: the names by which plugins for Python 2 and 3 call what Python 3 has."""

from __future__ import annotations

import builtins
import functools
import itertools
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

PY2, PY3 = False, True
string_types = (str,)
text_type = str
binary_type = bytes
integer_types = (int,)
class_types = (type,)
moves = SimpleNamespace(
    filter=builtins.filter, map=builtins.map, range=builtins.range, zip=builtins.zip, input=builtins.input,
    reduce=functools.reduce, zip_longest=itertools.zip_longest, filterfalse=itertools.filterfalse,
    urllib=SimpleNamespace(parse=urllib.parse, error=urllib.error, request=urllib.request),
)


def iteritems(d: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    return iter(d.items())


def iterkeys(d: Mapping[Any, Any]) -> Iterator[Any]:
    return iter(d.keys())


def itervalues(d: Mapping[Any, Any]) -> Iterator[Any]:
    return iter(d.values())


def u(text: str) -> str:
    return text


def b(text: str) -> bytes:
    return text.encode("latin-1")


def raise_from(value: BaseException, from_value: BaseException | None) -> None:
    raise value from from_value


def with_metaclass(meta: type, *bases: type) -> Any:
    return meta("temporary_class", bases, {})


def add_metaclass(metaclass: type) -> Callable[[type], type]:
    """Return a decorator that makes a class anew with this metaclass."""

    def made(cls: type) -> Any:
        own = {key: value for key, value in vars(cls).items() if key not in ("__dict__", "__weakref__")}
        return metaclass(cls.__name__, cls.__bases__, own)

    return made
