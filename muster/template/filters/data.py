"""Filters for single values and dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from jinja2 import UndefinedError, pass_environment

from muster.template.plugins import Plugin, PluginError
from muster.template.undefined import Missing

TRUE_WORDS = frozenset({"yes", "on", "1", "true"})


def to_bool(value: Any) -> bool:
    """Return true for true, yes, on and 1 in any case, and false for all else."""
    return value.lower() in TRUE_WORDS if isinstance(value, str) else value == 1


def ternary(value: Any, true_val: Any, false_val: Any, none_val: Any = None) -> Any:
    if type(value) is Missing:
        return value
    if value is None and none_val is not None:
        return none_val
    return true_val if value else false_val


def mandatory(value: Any, msg: str | None = None) -> Any:
    """Return the value; raise when it is undefined, with this message if one is given."""
    if isinstance(value, Missing):
        if msg is not None:
            raise UndefinedError(str(msg))
        str(value)
    return value


def type_debug(value: Any) -> str:
    return type(value).__name__


def combine(*terms: Any, recursive: bool = False, list_merge: str = "replace") -> dict[Any, Any]:
    """Return one dictionary of several, or of lists of them; the last one that has a key gives its value.

    recursive: merge dictionaries in them as well
    list_merge: what becomes of two lists: replace, keep, append, prepend, or append_rp and prepend_rp, which drop the
        older one's elements that the newer one has
    """
    if list_merge not in LIST_MERGES:
        raise PluginError(f'list_merge cannot be "{list_merge}"; it is one of {", ".join(LIST_MERGES)}')
    made: dict[Any, Any] = {}
    for each in flat(terms):
        if each is None:  # A key of a YAML file that nothing follows; Ansible passes over it too.
            continue
        if not isinstance(each, Mapping):
            raise PluginError(f"dictionaries can be combined, not the {type(each).__name__} {each!r}")
        made = merge(made, each, recursive, list_merge) if made else dict(each)
    return made


def flat(terms: Any) -> list[Any]:
    made: list[Any] = []
    for each in terms:
        made += flat(each) if isinstance(each, (list, tuple)) else [each]
    return made


def merge(old: Any, new: Any, recursive: bool, list_merge: str) -> dict[Any, Any]:
    made = dict(old)
    for key, value in new.items():
        have = made.get(key)
        if recursive and isinstance(have, Mapping) and isinstance(value, Mapping):
            made[key] = merge(have, value, recursive, list_merge)
        elif isinstance(have, list) and isinstance(value, list):
            made[key] = LIST_MERGES[list_merge](have, value)
        else:
            made[key] = value
    return made


LIST_MERGES: dict[str, Any] = {
    "replace": lambda old, new: new,
    "keep": lambda old, new: old,
    "append": lambda old, new: old + new,
    "prepend": lambda old, new: new + old,
    "append_rp": lambda old, new: [each for each in old if each not in new] + new,
    "prepend_rp": lambda old, new: new + [each for each in old if each not in new],
}


def dict2items(value: Any, key_name: str = "key", value_name: str = "value") -> list[dict[str, Any]]:
    if not isinstance(value, Mapping):
        raise PluginError(f"a dictionary is wanted, not the {type(value).__name__} {value!r}")
    return [{key_name: key, value_name: each} for key, each in value.items()]


def items2dict(value: Any, key_name: str = "key", value_name: str = "value") -> dict[Any, Any]:
    if not isinstance(value, (list, tuple)):
        raise PluginError(f"a list of dictionaries is wanted, not the {type(value).__name__} {value!r}")
    for each in value:
        if not isinstance(each, Mapping) or key_name not in each or value_name not in each:
            raise PluginError(f'each element must have the keys "{key_name}" and "{value_name}", not {each!r}')
    return {each[key_name]: each[value_name] for each in value}


def rekey_on_member(value: Any, key: str, duplicates: str = "error") -> dict[Any, Any]:
    """Return a dictionary of dictionaries by what each has at the key.

    value: a list of dictionaries, or a dictionary of them
    duplicates: error, or overwrite, which leaves the last of those that have the same
    """
    if duplicates not in ("error", "overwrite"):
        raise PluginError(f'duplicates is error or overwrite, not "{duplicates}"')
    if not isinstance(value, (Mapping, list, tuple)):
        raise PluginError(f"a list or dictionary of dictionaries is wanted, not the {type(value).__name__} {value!r}")
    made: dict[Any, Any] = {}
    for each in value.values() if isinstance(value, Mapping) else value:
        if not isinstance(each, Mapping) or key not in each:
            raise PluginError(f'each element must have the key "{key}", not {each!r}')
        if each[key] in made and duplicates == "error":
            raise PluginError(f'two elements have the {key} "{each[key]}"', "`duplicates='overwrite'` takes the last")
        made[each[key]] = each
    return made


def dictionary(value: Any) -> dict[Any, Any]:
    """Return the dictionary of pairs."""
    return dict(value)


def dict_kv(value: Any, key: Any) -> dict[Any, Any]:
    return {key: value}


def counter(value: Any) -> dict[Any, int]:
    """Return how often each element is there."""
    return dict(Counter(value))


def groupby_as_dict(value: Any, attribute: str) -> dict[Any, Any]:
    """Return the dictionaries of a list by what each has at a key, which no two may share."""
    return rekey_on_member(value, attribute)


@pass_environment
def extract(environment: Any, item: Any, container: Any, morekeys: Any = None) -> Any:
    """Return container[item], and then the further keys of a list (or one) in it."""
    for each in [item, *(morekeys if isinstance(morekeys, (list, tuple)) else [] if morekeys is None else [morekeys])]:
        container = environment.getitem(container, each)
    return container


def json_query(value: Any, expression: str) -> Any:
    """Return what a JMESPath expression finds."""
    try:
        import jmespath  # type: ignore[import-untyped]
    except ImportError:
        raise PluginError("it needs the Python package jmespath: pip install jmespath") from None
    try:
        return jmespath.search(expression, value)
    except jmespath.exceptions.JMESPathError as error:
        raise PluginError(f'cannot evaluate "{expression}": {error}') from None


FILTERS: dict[str, Plugin] = {
    "bool": to_bool, "ternary": ternary, "mandatory": mandatory, "type_debug": type_debug, "combine": combine,
    "dict2items": dict2items, "items2dict": items2dict, "rekey_on_member": rekey_on_member, "extract": extract,
    "json_query": json_query, "dict": dictionary, "dict_kv": dict_kv, "counter": counter,
    "groupby_as_dict": groupby_as_dict,
}
