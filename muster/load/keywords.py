"""The keywords of the dialect and where each may stand: written once, here.

Source: the table "Playbook Keywords" of Ansible's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muster.errors import PlanError, nearest
from muster.model import LocatedDict

EVERYWHERE = (
    "any_errors_fatal become become_exe become_flags become_method become_user check_mode collections connection "
    "debugger diff environment ignore_errors ignore_unreachable module_defaults name no_log port remote_user run_once "
    "tags throttle timeout vars"
).split()

PLAY = [
    *EVERYWHERE,
    *(
        "fact_path force_handlers gather_facts gather_subset gather_timeout handlers hosts max_fail_percentage order "
        "post_tasks pre_tasks roles serial strategy tasks user vars_files vars_prompt"
    ).split(),
]
BLOCK = [*EVERYWHERE, "always", "block", "delegate_facts", "delegate_to", "notify", "rescue", "when"]
ROLE = [*EVERYWHERE, "delegate_facts", "delegate_to", "role", "when"]
TASK = [
    *EVERYWHERE,
    *(
        "action args async changed_when delay delegate_facts delegate_to failed_when listen local_action loop "
        "loop_control notify poll register retries until when"
    ).split(),
]
LOOP_CONTROL = "break_when extended extended_allitems index_var label loop_var pause".split()

# What is understood and not done yet is refused rather than ignored.
NOT_YET = {
    "async": "asynchronous tasks", "poll": "asynchronous tasks", "debugger": "the debugger",
    "throttle": "throttle", "timeout": "timeout", "vars_prompt": "vars_prompt",
}


def check_keywords(mapping: LocatedDict, known: list[str], what: str) -> None:
    """Raise PlanError for a key that is not a keyword of this place, with its nearest spelling."""
    for key in mapping:
        if key not in known and not str(key).startswith("with_"):
            raise PlanError(f'{what} has no keyword "{key}"', mapping.keys_at.get(key), nearest(str(key), known))
    refuse_not_yet(mapping)


def refuse_not_yet(mapping: LocatedDict) -> None:
    for key in NOT_YET:
        if mapping.get(key):
            raise PlanError(f"{NOT_YET[key]} cannot be done by this version of muster", mapping.keys_at.get(key))


def taken(mapping: Mapping[Any, Any], names: list[str]) -> LocatedDict:
    """Return the part of a mapping with these keys (and the `with_...` ones), places included."""
    made = LocatedDict()
    made.origin = mapping.origin  # type: ignore[attr-defined]
    made.origins, made.keys_at = {}, {}
    for key, value in mapping.items():
        if key in names or str(key).startswith("with_"):
            made[key] = value
            made.origins[key] = mapping.origins.get(key, made.origin)  # type: ignore[attr-defined]
            made.keys_at[key] = mapping.keys_at.get(key, made.origin)  # type: ignore[attr-defined]
    return made
