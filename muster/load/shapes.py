"""What the value of a keyword looks like, checked as far as it is written out: a text with braces may become anything.

Source: the types in the table "Playbook Keywords" of Ansible's documentation, and what ansible-core accepts for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from muster.errors import PlanError, nearest
from muster.model import LocatedDict, Vaulted
from muster.secrets import SECRETS
from muster.signature import FALSE, TRUE, templated


def described(value: Any) -> str:
    """Return the words for a value in a message: `"abc"`, `5`, or `a list`."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Vaulted):
        return "an encrypted value"
    text = str(SECRETS.masked(str(value)))
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return f'"{text}"' if isinstance(value, str) else text


def is_text(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def is_flag(value: Any) -> bool:
    return is_text(value) and str(value).strip().lower() in TRUE | FALSE


def is_number(value: Any) -> bool:
    """Tell whether a value is a number or a percentage."""
    try:
        number = float(str(value).strip().removesuffix("%"))
    except ValueError:
        return False
    return math.isfinite(number) and not isinstance(value, bool)


def is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isidentifier()


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def is_file(value: Any) -> bool:
    """Tell whether a value is a path, or paths of which the first that exists counts."""
    return is_text(value) or (isinstance(value, list) and all(map(is_text, value)))


class Shape(NamedTuple):
    """What a value must be.

    check: function that tells whether a value is so
    wanted: what it must be, in words
    many: it may be a list of such values as well
    """

    check: Callable[[Any], bool]
    wanted: str
    many: bool = False


FLAG = Shape(is_flag, "is yes or no")
NUMBER = Shape(is_number, "is a number")
WORD = Shape(is_text, "is a text")
WORDS = Shape(is_text, "is a text or a list of texts", many=True)
CONDITION = Shape(is_text, "is a condition or a list of conditions", many=True)
MAPPING = Shape(is_mapping, "is a mapping of names to values", many=True)

SHAPES: dict[str, Shape] = {
    **dict.fromkeys(
        "any_errors_fatal become check_mode delegate_facts diff force_handlers gather_facts ignore_errors "
        "ignore_unreachable no_log run_once".split(), FLAG),
    **dict.fromkeys(
        "async delay gather_timeout max_fail_percentage poll port retries throttle timeout".split(), NUMBER),
    **dict.fromkeys(
        "become_exe become_flags become_method become_user connection delegate_to name order remote_user strategy "
        "user".split(), WORD),
    **dict.fromkeys("gather_subset hosts listen notify tags".split(), WORDS),
    **dict.fromkeys("changed_when failed_when until when".split(), CONDITION),
    **dict.fromkeys("environment vars".split(), MAPPING),
    "args": Shape(is_mapping, "is a mapping of arguments"),
    "loop": Shape(is_list, "is a list: put a single value in [ ], and give a mapping as `{{ it | dict2items }}`"),
    "loop_control": Shape(is_mapping, "is a mapping"),
    "module_defaults": Shape(is_mapping, "is a mapping of task types to their arguments", many=True),
    "register": Shape(is_name, "is the name of a variable: letters, digits and _, and no digit in front"),
    "serial": Shape(is_number, "is a number, a percentage, or a list of them", many=True),
    "vars_files": Shape(is_file, "is a path or a list of paths", many=True),
}

ORDERS = ("inventory", "reverse_inventory", "sorted", "reverse_sorted", "shuffle")
STRATEGIES = ("free", "host_pinned", "linear", "mitogen_free", "mitogen_host_pinned", "mitogen_linear")


def check_shapes(keywords: LocatedDict) -> None:
    """Raise PlanError for a value that cannot be meant; what is left empty counts as not given."""
    for word, value in keywords.items():
        shape = SHAPES.get(word)
        if shape is None or value is None:
            continue
        listed = shape.many and isinstance(value, list)
        for each in value if listed else [value]:
            if not shape.check(each) and not (isinstance(each, (str, Vaulted)) and templated(each)):
                what = f"a list with {described(each)} in it" if listed else described(each)
                raise PlanError(f"{word} {shape.wanted}; this is {what}", keywords.origins.get(word, keywords.origin))
    check_choice(keywords, "order", ORDERS)
    check_choice(keywords, "strategy", STRATEGIES)
    check_names(keywords)


def check_choice(keywords: LocatedDict, word: str, choices: tuple[str, ...]) -> None:
    given = keywords.get(word)
    if given is None or templated(given):
        return
    text = str(given).rpartition(".")[2]
    if text not in choices:
        raise PlanError(f'{word} "{given}" is not known', keywords.origins[word],
                        nearest(text, choices) or f"there are {', '.join(choices)}")


def check_names(keywords: LocatedDict) -> None:
    """Raise PlanError for a variable that no template could name."""
    variables = keywords.get("vars")
    if isinstance(variables, str):
        raise PlanError(f"vars {MAPPING.wanted}; this is {described(variables)}", keywords.origins["vars"])
    for mapping in variables if isinstance(variables, list) else [variables]:
        for name in mapping if isinstance(mapping, Mapping) else ():
            if not is_name(name):
                place = getattr(mapping, "keys_at", {}).get(name, keywords.origins.get("vars"))
                raise PlanError(f'"{name}" cannot be a variable', place,
                                "its name is made of letters, digits and _, with no digit in front")
