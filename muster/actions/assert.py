"""Conditions that must hold."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action
from muster.errors import TemplateError


@action(aliases={"msg": "fail_msg"})
def assert_(
    here: Here, that: Any, fail_msg: Any = "Assertion failed", success_msg: Any = "All assertions passed",
    quiet: bool = False,
) -> dict[str, Any]:
    """Fail unless every one of some conditions holds.

    that: a condition as in `when`, or a list of them
    fail_msg: what to say if one does not hold
    success_msg: what to say if all hold
    quiet: say nothing if all hold

    Example:
        - name: See that there is enough memory
          assert:
            that:
              - ansible_memtotal_mb >= 2048
              - swap_size is defined
            fail_msg: The database needs 2 GB of memory.

    Returns:
        msg: what was to be said
        assertion: the condition that does not hold
        evaluated_to: false, for a condition that does not hold
    """
    # The arguments come as they are written: conditions are evaluated, and only the message that is told is rendered.
    for condition in conditions(here, that):
        try:
            holds = here.truth(condition)
        except TemplateError as error:
            hint = f"; {error.hint}" if error.hint else ""
            raise Failed(f'the assertion "{condition}" cannot be evaluated: {error.message}{hint}',
                         assertion=condition) from None
        if not holds:
            raise Failed(here.render(fail_msg), assertion=condition, evaluated_to=False)
    return {"changed": False} if quiet else {"changed": False, "msg": here.render(success_msg)}


def conditions(here: Here, that: Any) -> list[Any]:
    """Return the conditions; a template may stand for the whole list of them."""
    if isinstance(that, str) and that.lstrip().startswith("{{"):
        value = here.render(that)
        return value if isinstance(value, list) else [that]
    return that if isinstance(that, list) else [that]
