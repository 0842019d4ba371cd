"""Roles, used when their turn has come."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Here, Include, action


@action(aliases={"role": "name"})
def include_role(
    here: Here, name: str, tasks_from: str | None = None, vars_from: str | None = None,
    defaults_from: str | None = None, handlers_from: str | None = None, public: bool = False,
    apply: dict[str, Any] | None = None, allow_duplicates: bool = True, rolespec_validate: bool = True,
) -> Include:
    """Go on with the tasks of a role.

    name: name or path of the role
    tasks_from: the file of tasks/ to take instead of main
    vars_from: the file of vars/ to take instead of main
    defaults_from: the file of defaults/ to take instead of main
    handlers_from: the file of handlers/ to take instead of main
    public: let tasks that come after see the role's defaults and variables
    apply: keywords for every task of the role
    allow_duplicates: run the role even if this play has run it on this host already
    rolespec_validate: check the arguments first, if the role says what they must be

    Example:
        - name: Only write the configuration
          include_role:
            name: sshd
            tasks_from: configure
    """
    parts = {"tasks_from": tasks_from, "vars_from": vars_from, "defaults_from": defaults_from,
             "handlers_from": handlers_from}
    return Include(role=name, parts={part: file for part, file in parts.items() if file is not None}, apply=apply,
                   public=public, allow_duplicates=allow_duplicates, validate=rolespec_validate)
