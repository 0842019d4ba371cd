"""Lookups of variables by a name that is made up at run time."""

from __future__ import annotations

import re
from typing import Any

from muster.template.lookups.asked import Asked
from muster.template.plugins import Plugin, PluginError
from muster.template.undefined import Missing

NOT_GIVEN: Any = object()


def variables(terms: list[Any], asked: Asked, default: Any = NOT_GIVEN) -> list[Any]:
    """Return the value of each variable, `default` where one is given, or else something undefined."""
    made = []
    for term in terms:
        if not isinstance(term, str):
            raise PluginError(f"the name of a variable is a text, not {term!r}")
        try:
            made.append(asked.variables.get(term))
        except KeyError:
            if default is NOT_GIVEN:
                made.append(Missing(name=term))
            else:
                made.append(default)
    return made


def varnames(terms: list[Any], asked: Asked) -> list[str]:
    """Return the names of the variables that match any of the patterns."""
    for term in terms:
        if not isinstance(term, str):
            raise PluginError(f"a pattern for names is a text, not {term!r}")
    patterns = [re.compile(term) for term in terms]
    return [name for name in asked.variables.names() if any(pattern.search(name) for pattern in patterns)]


LOOKUPS: dict[str, Plugin] = {"vars": variables, "varnames": varnames}
