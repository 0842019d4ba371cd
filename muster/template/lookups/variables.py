"""Lookups of variables by a name that is made up at run time."""

from __future__ import annotations

import re
from typing import Any

from muster.errors import nearest
from muster.template.lookups.asked import Asked
from muster.template.plugins import Plugin, PluginError

NOT_GIVEN: Any = object()


def variables(terms: list[Any], asked: Asked, default: Any = NOT_GIVEN) -> list[Any]:
    made = []
    for term in terms:
        try:
            made.append(asked.variables.get(str(term)))
        except KeyError:
            if default is NOT_GIVEN:
                hint = nearest(str(term), asked.variables.names())
                raise PluginError(f'no variable is called "{term}"', hint) from None
            made.append(default)
    return made


def varnames(terms: list[Any], asked: Asked) -> list[str]:
    """Return the names of the variables that match any of the patterns."""
    patterns = [re.compile(str(term)) for term in terms]
    return [name for name in asked.variables.names() if any(pattern.search(name) for pattern in patterns)]


LOOKUPS: dict[str, Plugin] = {"vars": variables, "varnames": varnames}
