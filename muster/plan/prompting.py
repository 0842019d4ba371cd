"""Asking the questions of `vars_prompt`, and what the answers are as variables."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Container, Iterable
from typing import Any

from muster.errors import PlanError
from muster.load.prompts import Prompt
from muster.model import Unsafe
from muster.secrets import SECRETS

# Returns what the reader answers; None where nobody can be asked.
Ask = Callable[[Prompt], str | None]


def answers(prompts: Iterable[Prompt], given: Container[str], ask: Ask | None) -> dict[str, Any]:
    """Return the variables that questions are for, but for those that are given with -e.

    ask: None while nothing is going to be run: each variable is then its default
    What is typed in answer to a private question is secret from then on; its default stands in the playbook.
    Raises PlanError for a question without a default that nobody can be asked.
    """
    return {each.name: value_of(each, ask) for each in prompts if each.name not in given}


def value_of(prompt: Prompt, ask: Ask | None) -> str:
    if ask is None:
        return prompt.default or ""
    answer = ask(prompt)
    if answer is None and prompt.default is None:
        raise PlanError(f"there is no terminal to ask for {prompt.name}", prompt.origin,
                        f"give it on the command line: -e {prompt.name}=...")
    if answer and prompt.private and answer != prompt.default:
        SECRETS.add(answer)
    answer = answer or prompt.default or ""
    if prompt.encrypt:
        answer = encrypted(prompt, answer)
    return Unsafe(answer) if prompt.unsafe else answer


def encrypted(prompt: Prompt, answer: str) -> str:
    """Return the hash of an answer, as the filter `password_hash` makes it."""
    from muster.template.filters.passwords import password_hash
    from muster.template.plugins import PluginError

    salt = prompt.salt
    if salt is None and prompt.salt_size:
        salt = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(prompt.salt_size))
    try:
        return password_hash(answer, str(prompt.encrypt), salt)
    except PluginError as error:
        raise PlanError(f"{prompt.name} cannot be encrypted: {error}", prompt.origin) from None
