"""Words that steer the run."""

from __future__ import annotations

from typing import Literal

from muster.actions.action import Here, Meta, action


@action(free_form="word")
def meta(
    here: Here,
    word: Literal["flush_handlers", "end_host", "end_play", "end_batch", "end_role", "clear_facts",
                  "clear_host_errors", "noop", "refresh_inventory", "reset_connection"],
) -> Meta:
    """Steer the run instead of doing something on the host.

    word: flush_handlers (run the handlers that were notified so far), end_host, end_batch or end_play (skip the rest of
        the play on this host, on this batch, on all hosts), end_role (that of the role on this host), clear_facts
        (forget what was gathered and set), clear_host_errors (take failed hosts back), refresh_inventory (read it
        anew), reset_connection (log in anew) or noop

    Example:
        - name: Restart what was changed before it is tested
          meta: flush_handlers
    """
    return Meta(word)
