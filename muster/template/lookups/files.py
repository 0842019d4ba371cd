"""Lookups that read files of the controller."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from typing import Any

from muster.template.filters.data import to_bool
from muster.template.headers import OPTIONS
from muster.template.lookups.asked import Asked, check_names
from muster.template.lookups.lists import as_list
from muster.template.plugins import Plugin, PluginError, outside
from muster.template.undefined import Missing
from muster.vault.keyring import KEYRING


@outside
def file(terms: list[Any], asked: Asked, lstrip: bool = False, rstrip: bool = True) -> list[str]:
    """Return the text of each file, without blanks at its end."""
    return [strip(read(asked.find(term, "files")), lstrip, rstrip) for term in terms]


def strip(text: str, left: bool, right: bool) -> str:
    text = text.lstrip() if left else text
    return text.rstrip() if right else text


def read(path: str, encoding: str = "utf-8") -> str:
    """Return the text of a file, decrypted if it is encrypted.

    Bytes that are no text travel in it as surrogates, and are bytes again when written.
    """
    return KEYRING.read(path).decode(encoding, "surrogateescape")


@outside
def unvault(terms: list[Any], asked: Asked) -> list[str]:
    """Return the text of each file, encrypted or not, as it is."""
    return [read(asked.find(term, "files")) for term in terms]


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

    terms: names, or dictionaries of files, paths and skip; names that are undefined, as a loop may give them, are
        passed over
    files: names where there are no terms; text divided by commas or a list
    paths: directories, each of which is tried before each name
    skip: return nothing instead of an error when there is none
    kind: "files", "templates" or "vars", where names are looked for; all three by default
    """
    wanted: list[str] = []
    for each in opened_fully(terms) or [{"files": files, "paths": paths}]:
        if isinstance(each, Mapping):
            check_names(each, ("files", "paths", "skip"))
            wanted += names_in(each.get("files", ()), each.get("paths", ()))
            skip = skip or each.get("skip", False)
        else:
            wanted += names_in(each, paths)
    for name in wanted:
        for path in asked.candidates(name, *([kind] if kind else ["files", "templates", "vars"])):
            if os.path.exists(path):
                return [path]
    if to_bool(skip):
        return []
    raise PluginError(f"none of these files was found: {', '.join(wanted)}", "`skip: true` makes that no error")


def opened_fully(terms: Any) -> list[Any]:
    """Return the terms with all lists in them opened, without what is undefined."""
    made: list[Any] = []
    for each in terms:
        made += opened_fully(each) if isinstance(each, (list, tuple)) else [] if type(each) is Missing else [each]
    return made


def names_in(files: Any, paths: Any) -> list[str]:
    """Return every name in every directory; both are lists or texts, divided by , or ; (directories by : as well)."""
    names, directories = divided(files, "[,;]"), divided(paths, "[,:;]")
    return [os.path.join(directory, name) for directory in directories or [""] for name in names]


def divided(value: Any, by: str) -> list[str]:
    return [part.strip() for each in as_list(value) for part in re.split(by, str(each)) if part.strip()]


@outside
def template(terms: list[Any], asked: Asked, template_vars: Mapping[str, Any] | None = None, convert_data: bool = False,
             jinja2_native: bool = True, **syntax: Any) -> list[Any]:
    """Return what each template file comes to: a value with its type if it is one expression, or else text.

    convert_data, jinja2_native: without effect, as in ansible-core 2.19
    syntax: variable_start_string and others of `headers.OPTIONS`
    """
    check_names(syntax, OPTIONS)
    if asked.templates is None:
        raise PluginError("templates cannot be rendered here")
    found = [(asked.find(term, "templates"), str(term)) for term in terms]
    return [asked.templates.value_at(path, asked.variables, template_vars, name, **syntax) for path, name in found]


LOOKUPS: dict[str, Plugin] = {
    "file": file, "fileglob": fileglob, "first_found": first_found, "template": template, "unvault": unvault,
}
