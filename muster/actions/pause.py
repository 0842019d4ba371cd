"""Waiting, for a time or for the reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from muster.actions.action import Failed, Here, action

PROMPT = "Press Enter to go on"


@action(once=True)
def pause(
    here: Here, seconds: float | None = None, minutes: float | None = None, prompt: str | None = None,
    echo: bool = True,
) -> dict[str, Any]:
    """Wait for some time, or until the reader presses Enter; once for all hosts.

    seconds: how long
    minutes: how long, instead of seconds
    prompt: what to tell the reader; without a terminal it is told, and the run goes on at once
    echo: show what the reader types

    Example:
        - name: Let the load balancer notice
          pause:
            seconds: 30

    Returns:
        user_input: the line that was typed
        start: when the wait began, as "2026-11-23 20:00:00.000000"
        stop: when it ended
        delta: its length in whole seconds
        echo: whether what was typed was shown
        stdout: the wait in words
    """
    if seconds is not None and minutes is not None:
        raise Failed("give seconds or minutes, not both")
    start, answer = datetime.now(), ""
    if seconds is None and minutes is None:
        answer = here.ask(f"{prompt or PROMPT}: ", echo) or ""
    else:
        if prompt:
            here.note(prompt)
        here.sleep(max(0.0, seconds if seconds is not None else (minutes or 0) * 60))
    stop = datetime.now()
    length = (stop - start).total_seconds()
    return {"changed": False, "user_input": answer, "start": str(start), "stop": str(stop), "delta": int(length),
            "echo": echo, "rc": 0, "stdout": f"Paused for {length:.1f} seconds", "stderr": ""}
