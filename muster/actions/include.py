"""The old name of include_tasks."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Here, Include, action


@action(free_form="file")
def include(here: Here, file: str, apply: dict[str, Any] | None = None) -> Include:
    """Go on with the tasks of a file; new playbooks call this `include_tasks`.

    file: path of the file, from the including file's directory or the role's tasks/
    apply: keywords for every task of the file

    Example:
        - include: debian.yml
          when: ansible_os_family == "Debian"
    """
    return Include(file=file, apply=apply)
