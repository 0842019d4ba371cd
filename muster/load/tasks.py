"""Tasks and blocks out of YAML lists."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol

from muster.errors import Origin, PlanError, nearest
from muster.library import short_name
from muster.load import free_form
from muster.load.keywords import BLOCK, LOOP_CONTROL, TASK, check_keywords, check_values, hint_for, taken
from muster.load.shapes import described
from muster.model import Block, LocatedDict, LocatedList, Task, Unsafe
from muster.signature import templated

COMMANDS = ("command", "shell", "script", "raw")
# These take a free text, which may be a template; to others a template gives their arguments.
OF_TEXT = (*COMMANDS, "add_host", "group_by", "include", "include_role", "include_tasks", "include_vars", "import_role",
           "import_tasks", "meta", "set_fact")


class Names(Protocol):
    """What is known of task types while loading: whether a name is one, and all of them for a suggestion.

    learn: takes over the names of those that a role brings along, given its directory
    """

    def __contains__(self, name: object) -> bool: ...

    def names(self) -> list[str]: ...

    def learn(self, directory: str) -> None: ...


def read_tasks(value: Any, names: Names, origin: Origin) -> tuple[Task | Block, ...]:
    """Return the tasks of a list; None is an empty list. Raises PlanError where something is not a task."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise PlanError(f"a list of tasks was expected here, not {described(value)}",
                        getattr(value, "origin", origin))
    places = value.origins if isinstance(value, LocatedList) else [origin] * len(value)
    return tuple(read_entry(each, names, place) for each, place in zip(value, places, strict=True))


def read_entry(value: Any, names: Names, origin: Origin) -> Task | Block:
    if not isinstance(value, LocatedDict):
        raise PlanError(f"a task is a mapping (`- name: ...`); this is {described(value)}", origin)
    if "block" in value:
        return read_block(value, names)
    if "rescue" in value or "always" in value:
        word = "rescue" if "rescue" in value else "always"
        raise PlanError(f"{word} stands beside a `block`; there is none here", value.keys_at[word])
    return read_task(value, names)


def read_block(value: LocatedDict, names: Names) -> Block:
    check_keywords(value, BLOCK, "a block")
    check_defaults(value, names)
    parts = [read_tasks(value.get(part), names, value.origins.get(part, value.origin))
             for part in ("block", "rescue", "always")]
    keywords = taken(value, [word for word in BLOCK if word not in ("block", "rescue", "always")])
    return Block(parts[0], parts[1], parts[2], keywords, value.origin)


def read_task(value: LocatedDict, names: Names) -> Task:
    """Return a task: the one key that is no keyword names its type."""
    word = action_key(value, names)
    keywords = taken(value, [key for key in value if key != word])
    check_values(keywords)
    check_defaults(keywords, names)
    check_loop(keywords)
    given, place = value[word], value.origins[word]
    if word in ("action", "local_action"):
        name, given = split_action(given, place)
        if word == "local_action":
            keywords["delegate_to"], keywords.origins["delegate_to"] = "localhost", value.keys_at[word]
        if name not in names:
            raise unknown(name, names, place)
    else:
        name = word
    name = short_name(name)
    args, text = read_args(name, given, place)
    extra = keywords.pop("args", None)
    if isinstance(extra, dict):
        args = merged(extra, args)
    elif extra is None and text and templated(text) and name not in OF_TEXT:
        extra, text = text, None
    if isinstance(extra, str):
        args["_args"] = extra  # A template that gives a mapping, rendered when the task is sent.
    return Task(name, args, text, keywords, value.keys_at[word])


def action_key(value: LocatedDict, names: Names) -> str:
    """Return the key of a task's mapping that says what to do."""
    candidates = [key for key in value if key in ("action", "local_action")]
    candidates += [key for key in value if key not in TASK and not str(key).startswith("with_")]
    known = [key for key in candidates if key in ("action", "local_action") or key in names]
    if len(known) == 1 and len(candidates) == 1:
        return str(known[0])
    if len(known) > 1:
        raise PlanError(f"a task has one task type; this one has {' and '.join(map(str, known))}",
                        value.keys_at[known[1]])
    strange = [key for key in candidates if key not in known]
    if not strange:
        raise PlanError("this task has no task type: nothing in it says what to do", value.origin)
    if known:
        raise PlanError(f'a task has no keyword "{strange[0]}"', value.keys_at[strange[0]],
                        hint_for(str(strange[0]), TASK) or f"arguments of {known[0]} stand below it, indented")
    raise unknown(str(strange[0]), names, value.keys_at[strange[0]])


def unknown(name: str, names: Names, origin: Origin | None) -> PlanError:
    """Return the error for a task type nobody knows; a module of Ansible's kind is named, because it is not used."""
    folder = os.path.dirname(origin.file) if origin else "."
    for path in (os.path.join(folder, *up, "library", f"{name}.py") for up in ((), ("..",))):
        if os.path.isfile(path):
            return PlanError(f'muster does not run the module {os.path.normpath(path)}', origin,
                             f"rewrite it as a task type, tasks/{name}.py beside the playbook")
    hint = nearest(name.rpartition(".")[2], [*names.names(), *TASK])
    return PlanError(f'there is no task type "{name}"', origin,
                     hint or "task types of your own go into tasks/ beside the playbook")


def split_action(given: Any, origin: Origin) -> tuple[str, Any]:
    """Return name and arguments of `action: copy src=a dest=b` or of its form as a mapping."""
    if isinstance(given, LocatedDict) and "module" in given:
        return str(given["module"]), taken(given, [key for key in given if key != "module"])
    if isinstance(given, str) and given.strip():
        name, _, rest = given.strip().partition(" ")
        return name, rest
    raise PlanError("action names a task type and its arguments", origin)


def read_args(name: str, given: Any, origin: Origin) -> tuple[LocatedDict, str | None]:
    """Return the arguments of a task and its free text."""
    if isinstance(given, LocatedDict):
        return given, None
    args = LocatedDict()
    args.origin, args.origins, args.keys_at = origin, {}, {}
    if given is None:
        return args, None
    if isinstance(given, list):
        raise PlanError(f"the arguments of {name} are a mapping; this is a list", origin)
    text = str(given)
    split: Callable[[str], tuple[dict[str, str], str]] = free_form.command if name in COMMANDS else free_form.pairs
    try:
        found, rest = split(text)
    except ValueError as error:
        raise PlanError(f"{error} in the arguments of {name}", origin,
                        "arguments as a mapping, on lines of their own, need no quotes but those of YAML") from None
    kind = type(given) if isinstance(given, Unsafe) else str  # What was cut out of unsafe text is no safer.
    for key, value in found.items():
        args[key], args.origins[key], args.keys_at[key] = kind(value), origin, origin
    return args, kind(rest) if rest else None


def merged(extra: Any, args: LocatedDict) -> LocatedDict:
    """Return `args:` with the task's own arguments over it."""
    made = taken(extra, list(extra))
    for key, value in args.items():
        made[key], made.origins[key] = value, args.origins.get(key, args.origin)
        made.keys_at[key] = args.keys_at.get(key, args.origin)
    return made


def check_defaults(keywords: LocatedDict, names: Names) -> None:
    """Raise PlanError for a task type nobody knows in module_defaults."""
    given = keywords.get("module_defaults")
    for mapping in given if isinstance(given, list) else [given]:
        if not isinstance(mapping, LocatedDict):
            continue
        for name in mapping:
            if not str(name).startswith("group/") and name not in names:
                raise unknown(str(name), names, mapping.keys_at[name])


def check_loop(keywords: LocatedDict) -> None:
    """Raise PlanError for a second loop, and for what loop_control does not know."""
    loops = [key for key in keywords if key == "loop" or str(key).startswith("with_")]
    if len(loops) > 1:
        raise PlanError(f"a task has one loop; this one has {' and '.join(loops)}", keywords.keys_at[loops[1]],
                        "`include_tasks` with a loop repeats tasks that have loops of their own")
    control = keywords.get("loop_control")
    if isinstance(control, LocatedDict):
        check_keywords(control, LOOP_CONTROL, "loop_control")
