"""What every template has by name: `lookup`, `query`, `now`, `undef`, `omit`; Jinja adds `range`, `dict` and others."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from jinja2 import pass_context

from muster.errors import UndefinedVariable
from muster.template.omit import OMIT
from muster.template.plugins import PluginError
from muster.template.undefined import Missing, UndefinedUse
from muster.template.values import plain


def now(utc: bool = False, fmt: str | None = None) -> datetime | str:
    """Return the moment as a datetime without zone, or in words of this format."""
    moment = datetime.now(timezone.utc).replace(tzinfo=None) if utc else datetime.now()
    return moment.strftime(fmt) if fmt else moment


def undef(hint: str | None = None) -> Missing:
    """Return something undefined, for defaults that somebody must override; `hint` is what the error says."""
    return Missing(hint or "a value must be given here")


@pass_context
def query(context: Any, name: str, *terms: Any, **options: Any) -> Any:
    """Run a lookup and return its results as a list, or something undefined when it was asked with such."""
    options.pop("wantlist", None)
    if context.variables is None:
        raise PluginError("lookups need variables: import the template `with context`")
    # Most runs look nothing up, and the lookups bring a dozen modules of the standard library along.
    from muster.template.lookups import look_up

    try:
        # Making them plain also finds what is undefined in them.
        return look_up(name, plain(list(terms)), context.variables, context.environment.templates, **plain(options))
    except UndefinedUse as error:
        return error.value
    except UndefinedVariable as error:  # Inside of a template that was looked up.
        return Missing(cause=error)


@pass_context
def lookup(context: Any, name: str, *terms: Any, wantlist: bool = False, **options: Any) -> Any:
    """Run a lookup and return its one result as it is, several strings joined with commas, or else the list.

    With errors="ignore" or "warn" a failure gives None.
    """
    results = query(context, name, *terms, **options)
    if wantlist or type(results) is Missing:
        return results
    if not results and options.get("errors", "strict") != "strict":
        return None
    if len(results) == 1:
        return results[0]
    if results and all(isinstance(each, str) for each in results):
        return ",".join(results)
    return results


GLOBALS: dict[str, Any] = {"omit": OMIT, "now": now, "undef": undef, "lookup": lookup, "query": query, "q": query}
