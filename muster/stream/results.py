"""Results on the controller: what a playbook sees of them, and what those of a loop come to."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Meta, NewHost
from muster.errors import AgentError, HostError, InputError
from muster.model import Inventory, Layer, Result
from muster.stream import loops

SKIPPED = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}
LACKING = object()  # Unlike the value of every variable.


def registered(result: Result) -> dict[str, Any]:
    """Return what a playbook sees of a result."""
    return {"changed": False, "failed": False, **result.values}


def single(parts: list[Result]) -> Result:
    """Return the result of a task without a loop."""
    return parts[-1]


def combined(parts: list[Result], items: list[Any]) -> Result:
    """Return the result of a loop: those of its items in `results`, changed or failed if one is, skipped if all are."""
    values: dict[str, Any] = {
        "results": [dict(part.values) for part in parts],
        "changed": any(part.changed for part in parts),
        "skipped": all(part.skipped for part in parts),
    }
    if values["skipped"]:
        values["skipped_reason"] = "All items were skipped" if items else "No items in the list"
    if any(part.values.get("failed") for part in parts):
        values.update(failed=True, msg="One or more items failed")
        if not any(part.failed for part in parts):
            values["failed_when_result"] = False
    else:
        values["msg"] = "All items completed"
    changes = tuple(change for part in parts for change in part.changes)
    return Result(values, changes, seconds=sum(part.seconds for part in parts))


def labelled(result: Result, layer: Layer | None) -> Result:
    """Return the result of one item with what it says about the item."""
    return result.with_values(**loops.item_fields(layer)) if layer else result


def failure(error: InputError | Failed | AgentError) -> Result:
    """Return the result of a task that could not be carried out."""
    fields = error.fields if isinstance(error, Failed) else {}
    message = error.message if isinstance(error, (Failed, HostError)) else str(error)
    if isinstance(error, HostError) and error.hint:
        message += f"\n{error.hint}"
    return Result({"changed": False, **fields, "failed": True, "msg": message})


def described(outcome: Meta | NewHost, action: str, inventory: Inventory) -> Result:
    """Return the result of a task that steers the walk.

    action: name of its type
    inventory: as it is before a host is added
    """
    if isinstance(outcome, Meta):
        return Result({"changed": False, "meta": outcome.word})
    changed = adds(outcome, inventory)
    if action == "group_by":
        return Result({"changed": changed, "add_group": outcome.groups[0], "parent_groups": list(outcome.parents)})
    return Result({"changed": changed, "add_host": {"host_name": outcome.name, "groups": list(outcome.groups),
                                                    "host_vars": dict(outcome.variables)}})


def adds(wanted: NewHost, inventory: Inventory) -> bool:
    """Tell whether the inventory lacks the host, one of its groups or a value of one of its variables."""
    host = inventory.hosts.get(wanted.name)
    if host is None:
        return True
    groups = [inventory.groups.get(name) for name in wanted.groups]
    return (any(group is None or host.name not in group.hosts for group in groups)
            or any(host.get(name, LACKING) != value for name, value in wanted.variables.items()))
