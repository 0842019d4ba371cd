"""What is checked of a task before the run: names of arguments, values that are written out, loops, imports."""

from __future__ import annotations

import warnings
from typing import Any

from muster.errors import Origin, PlanError, nearest
from muster.load.roles import Role
from muster.load.yaml import YamlWarning
from muster.model import Task
from muster.plan.steps import argument_origin
from muster.signature import MISSING, Argument, Signature, templated

# Keywords that have no effect on an import, which is no task of its own, and are not for the tasks it brings.
NOT_ON_IMPORTS = ("until", "retries", "delay", "register", "changed_when", "failed_when")

INCLUDES = ("include_tasks", "include_role")
# All that an include takes; of everything else it is not clear whether it is meant for the tasks inside.
ON_INCLUDES = ("name", "action", "args", "collections", "debugger", "ignore_errors", "listen", "loop", "loop_control",
               "no_log", "register", "run_once", "tags", "timeout", "vars", "when")


def constants(task: Task, signature: Signature, defaults: Any = None) -> dict[str, Any]:
    """Return the arguments that are the same for every host, of the right types.

    defaults: what `module_defaults` gives
    Raises PlanError for an argument nobody knows, one that is missing, and one of the wrong type.
    """
    given = {str(name): value for name, value in task.args.items() if name != "_args"}
    if task.free_form is not None:
        if signature.free_form is None:
            raise PlanError(f"{task.action} takes no free text: {task.free_form!r}", task.origin,
                            f"its arguments: {', '.join(signature.arguments)}")
        given[signature.free_form] = task.free_form
    if signature.anything:
        return {}
    names = [*given, *(defaults if isinstance(defaults, dict) else ())]
    if "_args" in task.args or isinstance(defaults, str):  # A template, which may give what is required.
        names += signature.required

    def origin(name: str) -> Origin:
        return argument_origin(task, name)

    signature.check_names(dict.fromkeys(names), origin)
    found = signature.constants(given, origin)
    if task.free_form is not None and signature.free_form in task.args:
        found.pop(str(signature.free_form), None)  # It is given twice, and the other may have something wrong in it.
    return found


def check_async(task: Task, signature: Signature | None) -> None:
    """Raise PlanError for a task that cannot go on by itself; what a template gives is seen when it runs."""
    given = task.keywords.get("async")
    if signature and signature.here and given and not templated(given) and str(given) != "0":
        raise not_async(task, task.keywords.origins["async"])


def not_async(task: Task, place: Origin) -> PlanError:
    return PlanError(f"{task.action} cannot have `async`: part of it is done on this machine, which waits for it",
                     place, "`timeout` limits how long it may take")


def check_loop(task: Task) -> None:
    """Raise PlanError for a loop of a kind nobody knows; those of other collections fail where they run."""
    word = next((key for key in task.keywords if key.startswith("with_") and "." not in key), None)
    if word is not None:
        from muster.template.lookups import LOOKUPS

        if word.removeprefix("with_") not in LOOKUPS:
            raise PlanError(f'there is no loop "{word}"', task.keywords.keys_at[word],
                            nearest(word, [f"with_{name}" for name in LOOKUPS]))


def check_meta(task: Task, role: Role | None) -> None:
    """Raise PlanError for a word that means nothing where it stands."""
    if task.action == "meta" and task.free_form == "end_role" and role is None:
        raise PlanError("meta: end_role stands in no role here", task.origin, "end_play and end_host end more")


def check_include(task: Task) -> None:
    """Raise PlanError for a keyword that an include does not hand down."""
    for word in task.keywords if task.action in INCLUDES else ():
        if word not in ON_INCLUDES and not word.startswith("with_"):
            raise PlanError(f'{task.action} has no keyword "{word}"', task.keywords.keys_at[word],
                            "below its argument `apply` it holds for the tasks inside")


def check_import(task: Task) -> None:
    """Raise PlanError for what an import does not take: it is gone before the run, and so has no loop or outcome.

    What would be said of an outcome is only warned of, since ansible-core 2.19 takes it, without effect (measured).
    """
    for word in task.keywords:
        place, why = task.keywords.keys_at[word], "what it imports is settled before the run"
        if word == "loop" or word.startswith("with_"):
            raise PlanError(f"{task.action} has no keyword \"{word}\": {why}", place,
                            f"{task.action.replace('import', 'include')} has it")
        if word in NOT_ON_IMPORTS:
            warnings.warn(f"{place}: {word} has no effect on {task.action}: {why}", YamlWarning, stacklevel=2)
    if task.action == "import_tasks":
        signature = Signature("import_tasks", {"file": Argument("file", str, MISSING)}, {}, free_form="file")
    else:
        options = ("tasks_from", "vars_from", "defaults_from", "handlers_from", "allow_duplicates", "public",
                   "rolespec_validate")
        arguments = {"name": Argument("name", str, MISSING), **{each: Argument(each, str, "") for each in options}}
        signature = Signature("import_role", arguments, {"role": "name"})
    constants(task, signature)
