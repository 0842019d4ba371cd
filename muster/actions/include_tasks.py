"""Tasks of another file, read when their turn has come."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Here, Include, action


@action(free_form="file")
def include_tasks(here: Here, file: str, apply: dict[str, Any] | None = None) -> Include:
    """Go on with the tasks of a file.

    file: path of the file, from the including file's directory or the role's tasks/
    apply: keywords for every task of the file

    Example:
        - name: Do what this system needs
          include_tasks: "{{ ansible_os_family | lower }}.yml"
    """
    return Include(file=file, apply=apply)
