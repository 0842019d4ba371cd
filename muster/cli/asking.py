"""Questions to the reader at the terminal."""

from __future__ import annotations

import sys

import click

from muster.load.prompts import Prompt


def ask(prompt: Prompt) -> str | None:
    """Return the answer to a question of `vars_prompt`; None without a terminal to ask at."""
    if not sys.stdin.isatty():
        return None
    answer = click.prompt(
        prompt.text.rstrip(": "), default=prompt.default or "",
        show_default=bool(prompt.default) and not prompt.private, hide_input=prompt.private,
        confirmation_prompt=prompt.confirm, err=True)
    return str(answer)
