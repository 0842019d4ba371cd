"""What the value of a keyword looks like, checked as far as it is written out: a text with braces may become anything.

Source: the types in the table "Playbook Keywords" of Ansible's documentation, and what ansible-core accepts for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muster.errors import PlanError, nearest
from muster.model import LocatedDict
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
    if str(value).startswith("$ANSIBLE_VAULT"):
        return "an ansible-vault file, which cannot be read yet"
    text = str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."
    return f'"{text}"' if isinstance(value, str) else text


def is_text(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def is_flag(value: Any) -> bool:
    return is_text(value) and str(value).strip().lower() in TRUE | FALSE


def is_number(value: Any) -> bool:
    """Tell whether a value is a number or a percentage."""
    try:
        float(str(value).strip().removesuffix("%"))
    except ValueError:
        return False
    return not isinstance(value, bool)


def is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isidentifier()


def each_is(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: all(map(check, value)) if isinstance(value, list) else check(value)


def is_list(value: Any) -> bool:
    return isinstance(value, list)


def is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


Check = Callable[[Any], bool]
FLAG: tuple[Check, str] = (is_flag, "is yes or no")
NUMBER: tuple[Check, str] = (is_number, "is a number")
WORD: tuple[Check, str] = (is_text, "is a text")
WORDS: tuple[Check, str] = (each_is(is_text), "is a text or a list of texts")
CONDITION: tuple[Check, str] = (each_is(is_text), "is a condition or a list of conditions")
MAPPINGS: tuple[Check, str] = (each_is(is_mapping), "is a mapping of names to values")

SHAPES: dict[str, tuple[Check, str]] = {
    **dict.fromkeys(
        "any_errors_fatal become check_mode delegate_facts diff force_handlers gather_facts ignore_errors "
        "ignore_unreachable no_log run_once".split(), FLAG),
    **dict.fromkeys("delay gather_timeout max_fail_percentage port retries".split(), NUMBER),
    **dict.fromkeys(
        "become_flags become_method become_user connection delegate_to name order remote_user strategy "
        "user".split(), WORD),
    **dict.fromkeys("gather_subset hosts listen notify tags".split(), WORDS),
    **dict.fromkeys("changed_when failed_when until when".split(), CONDITION),
    "args": (is_mapping, "is a mapping of arguments"),
    "environment": MAPPINGS,
    "loop": (is_list, "is a list: put a single value in [ ], and give a mapping as `{{ it | dict2items }}`"),
    "loop_control": (is_mapping, "is a mapping"),
    "module_defaults": (each_is(is_mapping), "is a mapping of task types to their arguments"),
    "register": (is_name, "is the name of a variable: letters, digits and _, and no digit in front"),
    "serial": (each_is(is_number), "is a number, a percentage, or a list of them"),
    "vars": MAPPINGS,
    "vars_files": (each_is(each_is(is_text)), "is a path or a list of paths"),
}

ORDERS = ("inventory", "reverse_inventory", "sorted", "reverse_sorted", "shuffle")
STRATEGIES = ("free", "host_pinned", "linear", "mitogen_free", "mitogen_host_pinned", "mitogen_linear")


def check_shapes(keywords: LocatedDict) -> None:
    """Raise PlanError for a value that cannot be meant; what is left empty counts as not given."""
    for word, value in keywords.items():
        place = keywords.origins.get(word, keywords.origin)
        if word not in SHAPES or value is None or (isinstance(value, str) and templated(value)):
            continue
        check, wanted = SHAPES[word]
        if isinstance(value, list) and check is not is_list:
            written = [each for each in value if not (isinstance(each, str) and templated(each))]
            if check is is_mapping or not check(written):
                raise PlanError(f"{word} {wanted}; this is {wrong_in(value, check)}", place)
        elif not check(value):
            raise PlanError(f"{word} {wanted}; this is {described(value)}", place)
    check_choice(keywords, "order", ORDERS)
    check_choice(keywords, "strategy", STRATEGIES)
    check_names(keywords)


def wrong_in(values: list[Any], check: Check) -> str:
    """Return the words for what is wrong in a list: one of its elements, or that it is one."""
    wrong = next((each for each in values if not templated(each) and not check(each)), None)
    return "a list" if check is is_mapping or wrong is None else f"a list with {described(wrong)} in it"


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
    for mapping in variables if isinstance(variables, list) else [variables]:
        for name in mapping if isinstance(mapping, Mapping) else ():
            if not is_name(name):
                place = getattr(mapping, "keys_at", {}).get(name, keywords.origins.get("vars"))
                raise PlanError(f'"{name}" cannot be a variable', place,
                                "its name is made of letters, digits and _, with no digit in front")
