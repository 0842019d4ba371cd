"""`vars_prompt`: variables that the reader is asked for before the first play begins."""

from __future__ import annotations

from typing import Any, NamedTuple

from muster.errors import Origin, PlanError, nearest
from muster.load.shapes import described, is_name
from muster.model import LocatedDict
from muster.signature import to_bool, to_int

KNOWN = ("name", "prompt", "default", "private", "confirm", "encrypt", "salt", "salt_size", "unsafe")


class Prompt(NamedTuple):
    """One question.

    name: of the variable
    text: what is asked
    default: what an empty answer stands for; None when there is nothing
    private: the answer is not shown while it is typed
    confirm: it is to be typed twice
    encrypt: name of the hash that the variable holds instead of the answer
    salt, salt_size: what the hash is made with, and how long what is made up for it is
    unsafe: braces in the answer are text, and not templates
    """

    name: str
    text: str
    origin: Origin
    default: str | None = None
    private: bool = True
    confirm: bool = False
    encrypt: str | None = None
    salt: str | None = None
    salt_size: int | None = None
    unsafe: bool = False


def read_prompts(value: Any, origin: Origin) -> tuple[Prompt, ...]:
    """Return the questions of a play; raises PlanError for what is none."""
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    return tuple(read_prompt(each, getattr(each, "origin", origin)) for each in entries)


def read_prompt(entry: Any, origin: Origin) -> Prompt:
    if not isinstance(entry, LocatedDict):
        raise PlanError(f"vars_prompt is a list of mappings (`- name: ...`); this is {described(entry)}", origin)
    for key in entry:
        if key not in KNOWN:
            raise PlanError(f'a question of vars_prompt has no "{key}"', entry.keys_at[key], nearest(str(key), KNOWN))
    name: Any = entry.get("name")
    if not is_name(name):
        raise PlanError("a question of vars_prompt needs the name of a variable (`name:`)",
                        entry.origins.get("name", origin))

    def converted(key: str, convert: Any, default: Any) -> Any:
        try:
            return default if entry.get(key) is None else convert(entry[key])
        except ValueError as error:
            raise PlanError(f"{key} of vars_prompt: {error}", entry.origins[key]) from None

    return Prompt(
        name=name, text=converted("prompt", str, name), origin=origin, default=converted("default", str, None),
        private=converted("private", to_bool, True), confirm=converted("confirm", to_bool, False),
        encrypt=converted("encrypt", str, None), salt=converted("salt", str, None),
        salt_size=converted("salt_size", to_int, None), unsafe=converted("unsafe", to_bool, False),
    )
