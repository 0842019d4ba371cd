"""Lookups: what `lookup()`, `query()` and the loops `with_X` read on the controller; one file a noun."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from jinja2 import UndefinedError

from muster.errors import InputError
from muster.template.explain import CAUSES, reason
from muster.template.lookups import commands, files, inventory, lists, passwords, tables, variables, web
from muster.template.lookups.asked import Asked
from muster.template.plugins import Names, PluginError

if TYPE_CHECKING:
    from muster.template.engine import Engine, Variables

LOOKUPS = Names("lookup", {
    **commands.LOOKUPS, **files.LOOKUPS, **inventory.LOOKUPS, **lists.LOOKUPS, **passwords.LOOKUPS, **tables.LOOKUPS,
    **variables.LOOKUPS, **web.LOOKUPS,
})


class LookupWarning(UserWarning):
    """A lookup failed, and was asked to warn only."""


def run_lookup(name: str, terms: Any, variables: Variables, *, engine: Engine | None = None, origin: Any = None,
               errors: str = "strict", **options: Any) -> list[Any]:
    """Return the results of a lookup, rendered terms given; what is no list is one term.

    engine: needed by the lookup `template` only
    errors: "strict" raises TemplateError; "warn" and "ignore" give an empty list
    """
    if errors not in ("strict", "warn", "ignore"):
        raise PluginError(f'errors= is strict, warn or ignore, not "{errors}"')
    if name not in LOOKUPS:
        LOOKUPS[name]()  # Raises.
    function = LOOKUPS[name]
    try:
        if getattr(function, "outside", False):
            variables.settle()
        return list(function(terms if isinstance(terms, list) else [terms], Asked(variables, engine), **options))
    except UndefinedError:
        raise
    except (*CAUSES, InputError) as error:
        if errors == "strict":
            if isinstance(error, InputError):
                raise
            raise PluginError(f'the lookup "{name}" failed: {reason(error)}', getattr(error, "hint", "")) from error
        if errors == "warn":
            warnings.warn(f'the lookup "{name}" failed: {reason(error)}', LookupWarning, stacklevel=2)
        return []
