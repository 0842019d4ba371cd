"""Failure on purpose."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action


@action
def fail(here: Here, msg: Any = "Failed as requested from task") -> dict[str, Any]:
    """Fail, with a message.

    msg: what to say

    Example:
        - name: Refuse systems nobody has tried
          fail:
            msg: "{{ ansible_distribution }} is not supported."
          when: ansible_distribution not in supported

    Returns:
        msg: what was said
    """
    raise Failed(msg)
