"""The check that a role with a specification of its arguments begins with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from muster.load.roles import Role, located
from muster.model import Task


def check_of(role: Role, given: Mapping[str, Any]) -> tuple[Task, ...]:
    """Return the task that checks a role's arguments, if there is anything to check; it runs whatever tags are wanted.

    given: what the entry of `roles:` says beside keywords: the role must know all of it
    """
    if role.specification is None:
        return ()
    origin = role.specification.origin  # type: ignore[attr-defined]
    about = role.specification.get("short_description")
    name = f"Validating arguments against arg spec '{role.entry_point}'" + (f" - {about}" if about else "")
    context = {"type": "role", "name": role.name, "path": os.path.abspath(role.path),
               "argument_spec_name": role.entry_point}
    args = {"argument_spec": role.specification.get("options") or {}, "provided_arguments": dict(given),
            "validate_args_context": context}
    keywords = {"name": name, "tags": ["always"]}
    return (Task("validate_argument_spec", located(args, origin), None, located(keywords, origin), origin),)
