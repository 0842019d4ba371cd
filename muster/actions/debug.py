"""Messages and values for the reader."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action
from muster.errors import UndefinedVariable


@action
def debug(here: Here, msg: Any = None, var: Any = None, verbosity: int = 0) -> dict[str, Any]:
    """Show a message, or the value of a variable or an expression.

    msg: the message, of any type
    var: a variable or an expression, without braces; something undefined is told and is no failure
    verbosity: how often -v must have been given for it to be shown at all

    Example:
        - name: Show where the data is
          debug:
            var: volume.mounts | first

    Returns:
        msg: the message
        NAME: the value of the variable or expression NAME
    """
    if msg is not None and var is not None:
        raise Failed("give msg or var, not both")
    if here.verbosity < verbosity:
        return {"changed": False, "skipped": True, "msg": f"shown with -{'v' * verbosity} or more"}
    if var is None:
        return {"changed": False, "msg": "Hello world!" if msg is None else msg}
    if not isinstance(var, str):
        # Braces around it have been taken for a template already: this is the value.
        return {"changed": False, "var": var}
    try:
        return {"changed": False, var: here.evaluate(var)}
    except UndefinedVariable as error:
        hint = f"; {error.hint}" if error.hint else ""
        return {"changed": False, var: f"VARIABLE IS NOT DEFINED!: {error.message}{hint}"}
