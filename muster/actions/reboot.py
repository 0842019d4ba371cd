"""Booting a host again, and waiting until it is back."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from typing import Any

from muster.actions.action import Failed, Here, Reconnect, Steps, action
from muster.errors import HostError
from muster.model import Call, Result

# Seconds until the host goes down, so that its answer still arrives.
GRACE = 2
# Seconds between two looks at a host that is still going down.
PAUSE = 1.0


@action(host_half="reboot", hides=("delay",), repeats=True)
def reboot(
    here: Here, reboot_timeout: float = 600, connect_timeout: float | None = None, pre_reboot_delay: int = 0,
    post_reboot_delay: float = 0, test_command: str | None = None, reboot_command: str | None = None,
    boot_time_command: str | None = None, **rest: Any,
) -> Steps:
    """Boot the host again and wait until it is back: until it says that this is another boot.

    reboot_timeout: seconds until giving up
    connect_timeout: seconds that one attempt to log in may take
    pre_reboot_delay: seconds to wait before it boots
    post_reboot_delay: seconds to wait once it is back
    test_command: a shell's line that must succeed before the host counts as back
    reboot_command: a shell's line that boots it; by default what the system has for that
    boot_time_command: a shell's line that prints something else after each boot; by default the kernel's id of the
        boot, which in a container is that of the machine it runs on

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
    looking = Call("shell", {"cmd": boot_time_command}) if boot_time_command else Call("boot_id")
    order = Call("reboot", {**rest, "delay": delay})
    if reboot_command:
        order = Call("shell", {"cmd": detached(reboot_command, delay, rest.get("search_paths"))})
    results = yield [looking, order]
    if results[-1].failed:
        return results[-1]
    start = time.monotonic()
    here.sleep(delay)
    wait = Wait(here, start + delay + reboot_timeout, connect_timeout)
    yield from wait.for_another_boot(looking, identity(results[0]))
    here.sleep(post_reboot_delay)
    if test_command:
        yield from wait.for_success(test_command)
    return {"changed": True, "rebooted": True, "elapsed": int(time.monotonic() - start)}


def identity(result: Result) -> str:
    """Return what a boot is known by: the kernel's id of it, or what a command printed."""
    return str(result.values.get("boot_id") or result.values.get("stdout", "").strip())


def detached(command: str, delay: int, search_paths: Sequence[str] | None = None) -> str:
    """Return a shell's line that starts a command a moment later and ends at once.

    search_paths: directories where the command is looked for first
    """
    if search_paths:
        command = f"PATH={shlex.quote(':'.join(search_paths))}:$PATH; {command}"
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

    def for_another_boot(self, looking: Call, before: str) -> Steps:
        """Log in until the boot is another one than before.

        looking: the call that tells which boot this is
        """
        trouble = "the host has not gone down in time"
        while True:
            back = yield Reconnect(self.left(trouble, False), PAUSE, self.connect_timeout)
            if back.failed:
                raise Failed(f"the host did not come back in time: {back.values.get('msg')}", changed=True,
                             rebooted=False)
            try:
                now = yield looking
                if not now.failed and identity(now) != before:
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
