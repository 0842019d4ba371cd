"""Lookups that read files of the controller."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from typing import Any

from muster.template.lookups.asked import Asked
from muster.template.lookups.lists import as_list
from muster.template.plugins import Plugin, PluginError, outside


@outside
def file(terms: list[Any], asked: Asked, lstrip: bool = False, rstrip: bool = True) -> list[str]:
    """Return the text of each file, without blanks at its end."""
    return [strip(read(asked.find(term, "files")), lstrip, rstrip) for term in terms]


def strip(text: str, left: bool, right: bool) -> str:
    text = text.lstrip() if left else text
    return text.rstrip() if right else text


def read(path: str) -> str:
    with open(path, encoding="utf-8") as opened:
        return opened.read()


@outside
def fileglob(terms: list[Any], asked: Asked) -> list[str]:
    """Return the files (no directories) that match the patterns, in the first directory that has some."""
    made: list[str] = []
    for term in terms:
        for pattern in asked.candidates(term, "files"):
            found = sorted(path for path in glob.glob(pattern) if os.path.isfile(path))
            if found:
                made += found
                break
    return made


@outside
def first_found(terms: list[Any], asked: Asked, files: Any = (), paths: Any = (), skip: bool = False,
                kind: str = "") -> list[str]:
    """Return the first of the files that exists.

    files, paths: names, and directories to prepend to each; lists or text divided by commas; a term may be a
        dictionary of these
    skip: return nothing instead of an error when there is none
    kind: "files", "templates" or "vars", where names are looked for; all three by default
    """
    wanted: list[str] = []
    for term in [*terms, *([{"files": files, "paths": paths}] if files or paths else [])]:
        for each in term if isinstance(term, list) else [term]:
            wanted += expanded(each)
            skip = skip or (isinstance(each, Mapping) and each.get("skip") in (True, "true", "yes", "True"))
    for name in wanted:
        for path in asked.candidates(name, *([kind] if kind else ["files", "templates", "vars"])):
            if os.path.exists(path):
                return [path]
    if skip:
        return []
    raise PluginError(f"none of these files was found: {', '.join(wanted)}; `skip: true` makes that no error")


def expanded(term: Any) -> list[str]:
    """Return the names of a term: itself, or each file in each path of a dictionary."""
    if not isinstance(term, Mapping):
        return split(term)
    names = [name for each in as_list(term.get("files", ())) for name in split(each)]
    directories = [name for each in as_list(term.get("paths", ())) for name in split(each)]
    return [os.path.join(directory, name) for directory in directories or [""] for name in names]


def split(value: Any) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", str(value)) if part.strip()]


@outside
def template(terms: list[Any], asked: Asked, template_vars: Mapping[str, Any] | None = None, convert_data: bool = False,
             **syntax: Any) -> list[str]:
    """Return the text of each template file; `convert_data` is accepted and has no effect: text stays text."""
    if asked.templates is None:
        raise PluginError("templates cannot be rendered here")
    found = [(asked.find(term, "templates"), str(term)) for term in terms]
    return [asked.templates.file_at(path, asked.variables, template_vars, name, **syntax) for path, name in found]


LOOKUPS: dict[str, Plugin] = {"file": file, "fileglob": fileglob, "first_found": first_found, "template": template}
