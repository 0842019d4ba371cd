"""The first line of a template file that changes its syntax: `#jinja2: lstrip_blocks: True, trim_blocks: False`."""

from __future__ import annotations

import ast
from typing import Any

import yaml

from muster.errors import Origin, TemplateError

HEADER = "#jinja2:"
OPTIONS = ("block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
           "comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix", "trim_blocks",
           "lstrip_blocks", "newline_sequence", "keep_trailing_newline")


def split_header(text: str, path: str) -> tuple[dict[str, Any], str, int]:
    """Return the options of the first line, the text after it, and how many lines were taken (0 or 1).

    >>> split_header("#jinja2: trim_blocks: False\\nhello", "motd.j2")
    ({'trim_blocks': False}, 'hello', 1)
    """
    if not text.startswith(HEADER):
        return {}, text, 0
    line, _, body = text.partition("\n")
    options = {}
    for pair in line[len(HEADER):].split(","):
        name, colon, value = pair.partition(":")
        if not colon:
            raise TemplateError(f'"{pair.strip()}" in the first line is not "option: value"', Origin(path, 1, 1))
        try:
            options[name.strip()] = literal(value.strip())
        except yaml.YAMLError:
            raise TemplateError(f"cannot read the value of {name.strip()} in the first line: {value.strip()}",
                                Origin(path, 1, 1)) from None
    return options, body, 1


def literal(value: str) -> Any:
    r"""Return what a value means: Python's literals, as in Ansible (`'\r\n'` are two characters), or else YAML's."""
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return yaml.safe_load(value)
