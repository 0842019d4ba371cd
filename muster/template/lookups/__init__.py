"""Lookups: what `lookup()`, `query()` and the loops `with_X` read on the controller; one file a noun."""

from __future__ import annotations

import warnings
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError as JinjaError
from jinja2 import UndefinedError

from muster.errors import InputError, Origin, TemplateError, nearest
from muster.template.explain import CAUSES, reason
from muster.template.lookups import absent, commands, files, inventory, lists, passwords, tables, trees, variables, web
from muster.template.lookups.asked import Asked, check_names
from muster.template.plugins import Names, Plugin, PluginError

if TYPE_CHECKING:
    from muster.template.engine import Variables
    from muster.template.templates import Templates

LOOKUPS = Names("lookup", {
    **absent.LOOKUPS, **commands.LOOKUPS, **files.LOOKUPS, **inventory.LOOKUPS, **lists.LOOKUPS, **passwords.LOOKUPS,
    **tables.LOOKUPS, **trees.LOOKUPS, **variables.LOOKUPS, **web.LOOKUPS,
})


class LookupWarning(UserWarning):
    """A lookup failed, and was asked to warn only."""


def run_lookup(name: str, terms: Any, variables: Variables, *, templates: Templates | None = None,
               origin: Origin | None = None, **options: Any) -> list[Any]:
    """Return the results of a lookup as `with_X` needs them; raise TemplateError when it fails.

    terms: rendered; what is no list is one term
    templates: needed by the lookup `template` only
    options: those of the lookup; `errors` may be "warn" or "ignore", which make a failure an empty list
    """
    try:
        return look_up(name, terms, variables, templates, **options)
    except JinjaError as error:
        raise TemplateError(reason(error), origin, getattr(error, "hint", "")) from None


def look_up(name: str, terms: Any, variables: Variables, templates: Templates | None, errors: str = "strict",
            **options: Any) -> list[Any]:
    """Do what `run_lookup` says; raise PluginError, for which a template that is being rendered knows the place."""
    if errors not in ("strict", "warn", "ignore"):
        raise PluginError(f'errors= is strict, warn or ignore, not "{errors}"')
    if name not in LOOKUPS:
        hint = templates.custom.missing("lookup", name) if templates else ""
        raise PluginError(f'no lookup is called "{name}"', hint or nearest(name, LOOKUPS))
    function = LOOKUPS[name]
    try:
        check_options(function, options)
        if getattr(function, "outside", False):
            variables.settle()
        return list(function(terms if isinstance(terms, list) else [terms], Asked(variables, templates), **options))
    except UndefinedError:
        raise
    except (*CAUSES, OSError, InputError) as error:
        message = f'the lookup "{name}" failed: {reason(error)}'
        if errors == "warn":
            warnings.warn(message, LookupWarning, stacklevel=2)
        if errors != "strict":
            return []
        if isinstance(error, InputError):
            raise
        raise PluginError(message, getattr(error, "hint", "")) from error


def check_options(function: Plugin, options: dict[str, Any]) -> None:
    """Raise PluginError for an option that a lookup does not know; those that take any check them themselves."""
    if not options:
        return
    parameters = signature(function).parameters
    if not any(each.kind is Parameter.VAR_KEYWORD for each in parameters.values()):
        check_names(options, [*parameters][2:])
