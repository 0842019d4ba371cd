"""What comes out of a template, made plain: dict, list, text, numbers, booleans and None."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, Set, ValuesView
from typing import Any

from jinja2 import TemplateRuntimeError
from jinja2.runtime import Undefined
from markupsafe import Markup

from muster.template.omit import OMIT
from muster.template.undefined import Missing

SCALARS = frozenset({str, int, bool, float, type(None), bytes})
# Python refuses to write out integers of more than 4,300 digits.
MOST_BITS = 14_284
TOO_MANY_DIGITS = "a number of more than 4,300 digits"
LISTS = (list, tuple, Set, range, Iterator, KeysView, ValuesView, ItemsView)


def plain(value: Any, lazy: bool = False) -> Any:
    """Return the value with generators, views, tuples and sets as lists, mappings as dict, and without `omit`.

    lazy: leave what is undefined inside of containers where it is; otherwise it raises UndefinedUse
    """
    kind = type(value)
    if kind in SCALARS:
        if kind is int and value.bit_length() > MOST_BITS:
            raise TemplateRuntimeError(TOO_MANY_DIGITS)
        return value
    if kind is dict or isinstance(value, Mapping):
        made = {key: plain(each, lazy) for key, each in value.items()}
        if not lazy and OMIT not in made.values():
            return made
        return {key: each for key, each in made.items() if each is not OMIT}  # To compare would be to use.
    if isinstance(value, LISTS):
        return [each for each in (plain(each, lazy) for each in value) if each is not OMIT]
    if isinstance(value, Missing) and not lazy:
        str(value)  # Raises: this is a use.
    if kind is Undefined:  # Of `'a' if no` without an else, which Jinja takes for nothing.
        return ""
    if isinstance(value, Markup):
        return str(value)
    return value


def used(value: Any) -> Any:
    """Return the value; one that is not there raises UndefinedUse."""
    if isinstance(value, Missing):
        str(value)
    return value


def text_of(value: Any) -> str:
    """Return what a value is inside of text: nothing for None and `omit`, Python's spelling for the rest."""
    if isinstance(value, str):
        return value
    if value is None or value is OMIT:
        return ""
    return str(value) if type(value) in SCALARS else str(plain(value))

