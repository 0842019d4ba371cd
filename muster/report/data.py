"""Results as plain data, and as YAML for people."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from functools import cache
from typing import Any


def plain_data(value: Any) -> Any:
    """Return a value made of nothing but what JSON has: text, numbers, booleans, None, lists, and dicts with text keys.

    Bytes are Base64; a number JSON does not have (nan, inf) and anything unknown is its text.
    """
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {str(key): plain_data(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_data(each) for each in value]
    return str(value)


def yaml_text(value: Any) -> str:
    """Return a value as YAML in block style, with text of many lines as it would be written by hand."""
    import yaml

    text: str = yaml.dump(plain_data(value), Dumper=dumper(), default_flow_style=False, allow_unicode=True,
                          sort_keys=False, width=1000)
    return text.removesuffix("\n").removesuffix("\n...")


@cache
def dumper() -> Any:
    """Return the YAML dumper that writes text of many lines as a block."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(made: Any, data: str) -> Any:
        return made.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)

    Dumper.add_representer(str, text)
    return Dumper
