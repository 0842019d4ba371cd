"""Lookups of one value in a file of many: `ini`, `csvfile`."""

from __future__ import annotations

import configparser
import csv
import io
import re
from typing import Any

from muster.template.lookups.asked import Asked, options_of
from muster.template.lookups.files import read
from muster.template.plugins import Plugin, PluginError, outside

INI_OPTIONS = ("file", "section", "default", "re", "type", "encoding", "case_sensitive", "allow_no_value", "allow_none")
CSV_OPTIONS = ("file", "col", "keycol", "delimiter", "default", "encoding")


@outside
def ini(terms: list[Any], asked: Asked, **options: Any) -> list[str]:
    """Return the value of each key: `port section=web file=app.ini`; with `re=true` the keys are patterns."""
    made: list[str] = []
    for term in terms:
        key, found = options_of(term, options, INI_OPTIONS)
        text = read(asked.find(found.get("file", "ansible.ini"), "files"), found.get("encoding", "utf-8"))
        section = str(found.get("section", "global"))
        if found.get("type") == "properties":
            text, section = "[java_properties]\n" + text, "java_properties"
        parser = configparser.ConfigParser(
            allow_no_value=true(found.get("allow_no_value")) or true(found.get("allow_none")))
        if true(found.get("case_sensitive")):
            parser.optionxform = str  # type: ignore[method-assign,assignment]
        try:
            parser.read_string(text)
            made += [each for each in values(parser, section, key, found) if each is not None]
        except configparser.Error as error:
            raise PluginError(f"cannot read {found.get('file')}: {error}") from None
    return made


def values(parser: configparser.ConfigParser, section: str, key: str, options: dict[str, Any]) -> list[str]:
    if not parser.has_section(section):
        if "default" in options:
            return [options["default"]]
        raise PluginError(f'there is no section "{section}"; there are {", ".join(parser.sections())}')
    names = [name for name in parser.options(section) if re.search(key, name)] if true(options.get("re")) else [key]
    return [value(parser, section, name, options.get("default", "")) for name in names]


def value(parser: configparser.ConfigParser, section: str, key: str, default: str) -> str:
    """Return a value with the `%(other)s` in it replaced, or as it is written when its percent signs are just that."""
    try:
        return parser.get(section, key, fallback=default)
    except configparser.InterpolationError:
        return parser.get(section, key, raw=True)


def true(value: Any) -> bool:
    return str(value).lower() in ("true", "yes", "1", "on")


@outside
def csvfile(terms: list[Any], asked: Asked, **options: Any) -> list[Any]:
    """Return one column (`col`, 1 by default) of the line whose column `keycol` (0) is the term."""
    made = []
    for term in terms or [""]:
        key, found = options_of(term, options, CSV_OPTIONS)
        if not key:
            raise PluginError("it needs the key that is looked for")
        text = read(asked.find(found.get("file", "ansible.csv"), "files"), found.get("encoding", "utf-8"))
        delimiter = str(found.get("delimiter", "TAB"))
        lines = csv.reader(io.StringIO(text), delimiter="\t" if delimiter in ("TAB", "t") else delimiter)
        column, key_column = int(found.get("col", 1)), int(found.get("keycol", 0))
        for line in lines:
            if len(line) > key_column and line[key_column] == key:
                if len(line) <= column:
                    raise PluginError(f'the line of "{key}" has no column {column}; it has {len(line)}, the first is 0')
                made.append(line[column])
                break
        else:
            if "default" in found:
                made.append(found["default"])
    return made


LOOKUPS: dict[str, Plugin] = {"ini": ini, "csvfile": csvfile}
