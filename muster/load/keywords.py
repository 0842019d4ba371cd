"""The keywords of the dialect and where each may stand: written once, here.

Source: the table "Playbook Keywords" of Ansible's documentation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from muster.errors import PlanError, nearest
from muster.load.shapes import check_shapes
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



def check_keywords(mapping: LocatedDict, known: list[str], what: str) -> None:
    """Raise PlanError for a key that is not a keyword of this place, and for a value that cannot be meant.

    what: the place in words: "a play"
    """
    for key in mapping:
        if key not in known:
            raise PlanError(f'{what} has no keyword "{key}"', mapping.keys_at.get(key), hint_for(str(key), known))
    check_values(mapping)


def check_values(mapping: LocatedDict) -> None:
    """Raise PlanError for a value that cannot be meant, and where the debugger is asked for."""
    if mapping.get("debugger", "never") != "never":
        raise PlanError("muster has no debugger that stops at a task", mapping.keys_at["debugger"],
                        "take `debugger` away, and see what happens with -vvv --step-by-step, or with a `debug` task")
    check_shapes(mapping)


def hint_for(key: str, known: list[str]) -> str:
    """Return where a keyword belongs, or its nearest spelling."""
    places = [place for place, words in (("a play", PLAY), ("a task", TASK), ("a block", BLOCK)) if key in words]
    if places or key.startswith("with_"):
        return f"it belongs to {', or '.join(places or ['a task'])}"
    return nearest(key, known)


def taken(mapping: Mapping[Any, Any], names: Iterable[str]) -> LocatedDict:
    """Return the part of a mapping with these keys, places included."""
    made = LocatedDict()
    made.origin = mapping.origin  # type: ignore[attr-defined]
    made.origins, made.keys_at = {}, {}
    wanted = set(names)
    for key, value in mapping.items():
        if key in wanted:
            made[key] = value
            made.origins[key] = mapping.origins.get(key, made.origin)  # type: ignore[attr-defined]
            made.keys_at[key] = mapping.keys_at.get(key, made.origin)  # type: ignore[attr-defined]
    return made
