"""Booting a host again, and waiting until it is back."""

from __future__ import annotations

import time
from typing import Any

from muster.actions.action import Failed, Here, Reconnect, Steps, action
from muster.errors import HostError
from muster.model import Call

# Seconds until the host goes down, so that its answer still arrives.
GRACE = 2
# Seconds between two looks at a host that is still going down.
PAUSE = 1.0


@action(host_half="reboot", hides=("delay",), obsolete=("boot_time_command", "search_paths"), repeats=True)
def reboot(
    here: Here, reboot_timeout: float = 600, connect_timeout: float | None = None, pre_reboot_delay: int = 0,
    post_reboot_delay: float = 0, test_command: str | None = None, reboot_command: str | None = None, **rest: Any,
) -> Steps:
    """Boot the host again and wait until it is back: until its kernel names another boot.

    reboot_timeout: seconds until giving up
    connect_timeout: seconds that one attempt to log in may take
    pre_reboot_delay: seconds to wait before it boots
    post_reboot_delay: seconds to wait once it is back
    test_command: a shell's line that must succeed before the host counts as back
    reboot_command: a shell's line that boots it; by default what the system has for that

    Example:
        - name: Boot the new kernel
          reboot:
            msg: A new kernel
          when: kernel is changed

    Returns:
        rebooted: whether it was booted
        elapsed: how long it took, in whole seconds
    """
    if here.check:
        return {"changed": True, "rebooted": True, "elapsed": 0}
    delay = GRACE + pre_reboot_delay
    if reboot_command:
        before = yield Call("boot_id")
        ordered = before if before.failed else (yield Call("shell", {"cmd": detached(reboot_command, delay)}))
    else:
        before = ordered = yield Call("reboot", {**rest, "delay": delay})
    if ordered.failed:
        return ordered
    start = time.monotonic()
    here.sleep(delay)
    wait = Wait(here, start + delay + reboot_timeout, connect_timeout)
    yield from wait.for_another_boot(before.values["boot_id"])
    here.sleep(post_reboot_delay)
    if test_command:
        yield from wait.for_success(test_command)
    return {"changed": True, "rebooted": True, "elapsed": int(time.monotonic() - start)}


def detached(command: str, delay: int) -> str:
    """Return a shell's line that starts a command a moment later and ends at once."""
    return f"{{ sleep {delay}; {command}\n}} </dev/null >/dev/null 2>&1 &"


class Wait:
    """Looks at a host again and again, up to a deadline on the monotonic clock."""

    def __init__(self, here: Here, deadline: float, connect_timeout: float | None) -> None:
        self.here = here
        self.deadline = deadline
        self.connect_timeout = connect_timeout

    def left(self, trouble: str, rebooted: bool) -> float:
        """Return the seconds that are left; raise Failed with what the trouble is when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise Failed(f"{trouble}; look at its console, or give it a longer reboot_timeout", changed=True,
                         rebooted=rebooted)
        return seconds

    def for_another_boot(self, before: str) -> Steps:
        """Log in until the boot is another one than before."""
        trouble = "the host has not gone down in time"
        while True:
            back = yield Reconnect(self.left(trouble, False), PAUSE, self.connect_timeout)
            if back.failed:
                raise Failed(f"the host did not come back in time: {back.values.get('msg')}", changed=True,
                             rebooted=False)
            try:
                now = yield Call("boot_id")
                if not now.failed and now.values["boot_id"] != before:
                    return
            except HostError:
                pass  # It let us in while it was going down.
            self.here.sleep(PAUSE)

    def for_success(self, command: str) -> Steps:
        """Run a command until it ends with 0."""
        while True:
            tried = yield Call("shell", {"cmd": command})
            if not tried.failed:
                return
            self.left(f"the host is back, but test_command fails: {tried.values.get('stderr', '').strip()}", True)
            self.here.sleep(PAUSE)
