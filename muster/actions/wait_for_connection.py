"""Hosts that are still starting."""

from __future__ import annotations

import time

from muster.actions.action import Here, Reconnect, Steps, action


@action(reads=True)
def wait_for_connection(
    here: Here, timeout: float = 600, delay: float = 0, sleep: float = 1, connect_timeout: float = 5
) -> Steps:
    """Wait until the host can be logged in to and tasks run on it.

    timeout: seconds until giving up
    delay: seconds to wait before the first attempt
    sleep: seconds between two attempts
    connect_timeout: seconds that one attempt may take

    Example:
        - name: Wait for the new instance
          wait_for_connection:
            timeout: 300

    Returns:
        elapsed: how long it took, in whole seconds
    """
    if here.check:
        return {"changed": False, "skipped": True, "msg": "skipped: in check mode nothing is on its way up"}
    start = time.monotonic()
    here.sleep(delay)
    result = yield Reconnect(timeout, sleep, connect_timeout)
    elapsed = int(time.monotonic() - start)
    if result.failed:
        return result.with_values(elapsed=elapsed)
    return {"changed": False, "elapsed": elapsed}
