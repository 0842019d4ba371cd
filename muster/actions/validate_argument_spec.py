"""Checking arguments against a specification: what a role with `meta/argument_specs.yml` begins with."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action
from muster.argument_spec import problems

UNKNOWN: Any = object()


@action
def validate_argument_spec(
    here: Here, argument_spec: dict[str, Any], provided_arguments: dict[str, Any] | None = None,
    validate_args_context: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Fail unless the variables that a specification names are as it says.

    argument_spec: options and what each must be: type, required, choices, elements, options
    provided_arguments: values that count before the variables of the same names
    validate_args_context: what the check is for, which the result repeats

    Example:
        - name: Check what was given
          validate_argument_spec:
            argument_spec:
              port:
                type: int
                required: true

    Returns:
        argument_errors: what is wrong, a sentence each
        argument_spec_data: the specification
        validate_args_context: what the check is for
    """
    known = {name: here.evaluate(name) for name in map(str, argument_spec)
             if here.variable(name, UNKNOWN) is not UNKNOWN}
    found = problems(argument_spec, {**known, **(provided_arguments or {})})
    about = {"validate_args_context": validate_args_context or {}}
    if found:
        raise Failed("\n".join(["the arguments are not as the specification says", *found]), argument_errors=found,
                     argument_spec_data=argument_spec, **about)
    return {"changed": False, "msg": "The arguments are as the specification says", **about}
