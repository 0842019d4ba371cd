"""ansible.cfg: where it is, and what is in it, each value with its place.

It is found as ansible-core finds it, and read by the parser it uses (configparser, with `;` after a blank for comments
behind a value), so that the two never disagree on what a file says.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Mapping
from typing import NamedTuple

from muster.errors import LoadError, Origin

# What begins a section, and what a setting.
HEADER = r"\s*\[(.+)\]"
OPTION = r"\s*([^\s#;=:][^=:]*?)\s*[=:]\s*"


class ConfigWarning(UserWarning):
    """Something in the configuration that has no effect and was probably meant to have one."""


class ConfigFile(NamedTuple):
    """What a file says.

    path: absolute; "" when there is none
    values: text by "section.key", keys in lower case; what [DEFAULT] says holds in every section there is
    places: of the values
    """

    path: str = ""
    values: Mapping[str, str] = {}
    places: Mapping[str, Origin] = {}


def find(environment: Mapping[str, str], directory: str) -> str:
    """Return the path of the configuration, or "": ANSIBLE_CONFIG (a file, or a directory with an ansible.cfg), then
    ansible.cfg in the working directory, ~/.ansible.cfg and /etc/ansible/ansible.cfg.

    A working directory that everybody may write to is passed over, with a warning if there is one in it.
    """
    given = environment.get("ANSIBLE_CONFIG", "")
    if given:
        given = os.path.join(directory, os.path.expanduser(os.path.expandvars(given)))
        given = os.path.join(given, "ansible.cfg") if os.path.isdir(given) else given
    here, unsafe = os.path.join(directory, "ansible.cfg"), is_open_to_all(directory)
    places = [given, "" if unsafe else here, os.path.expanduser("~/.ansible.cfg"), "/etc/ansible/ansible.cfg"]
    found = next((place for place in places if os.path.isfile(place) and os.access(place, os.R_OK)), "")
    if unsafe and os.path.exists(here) and found != given:
        warnings.warn(f"{here} is not read: everybody may write to its directory; name it with ANSIBLE_CONFIG if you "
                      "trust it", ConfigWarning, stacklevel=2)
    return os.path.normpath(found) if found else ""


def is_open_to_all(directory: str) -> bool:
    return bool(os.stat(directory).st_mode & stat.S_IWOTH)


def read(path: str) -> ConfigFile:
    """Return what a file says; raises LoadError."""
    import configparser

    if os.path.splitext(path)[1] not in (".cfg", ".ini"):
        raise LoadError(f"the configuration {path} does not end in .cfg", None, "rename it: it is read as such a file")
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise LoadError(f"this is not UTF-8 text ({error.reason} at byte {error.start})", Origin(path, 1, 1)) from None
    except OSError as error:
        raise LoadError(f"cannot read the configuration {path}: {error.strerror}") from None
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";",))
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise explained(error, path) from None
    places = places_in(text, path)
    values = {f"{section}.{key}": value for section in parser.sections() for key, value in parser.items(section)}
    return ConfigFile(path, values, {
        name: places.get(name) or places.get(f"DEFAULT.{name.partition('.')[2]}") or Origin(path, 1, 1)
        for name in values})


def explained(error: Exception, path: str) -> LoadError:
    """Return the error for a file that is not like an ansible.cfg."""
    import configparser

    line, hint = 1, ""
    if isinstance(error, configparser.DuplicateSectionError):
        line, message = error.lineno or 1, f"the section [{error.section}] is here for the second time"
        hint = "put what is below it into the first one"
    elif isinstance(error, configparser.DuplicateOptionError):
        line, message = error.lineno or 1, f"{error.option} is set for the second time in [{error.section}]"
        hint = "take one of them out"
    elif isinstance(error, configparser.MissingSectionHeaderError):
        line, message, hint = error.lineno, "this is in no section", "most settings are in [defaults]"
    else:
        line = error.errors[0][0] if isinstance(error, configparser.ParsingError) and error.errors else 1
        message, hint = "this is neither a section nor a setting", "a setting is written as `name = value`"
    if re.search("pass|secret|token", str(getattr(error, "option", ""))):
        return LoadError(f"{path}:{line}: {message}", None, hint)  # The line itself must not be shown.
    return LoadError(message, Origin(path, line, 1), hint)


def places_in(text: str, path: str) -> dict[str, Origin]:
    """Return where each setting's value begins: {"section.key": place}. The parser does not tell."""
    found: dict[str, Origin] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(HEADER, line):
            section = header[1]
        elif option := re.match(OPTION, line):
            found.setdefault(f"{section}.{option[1].lower()}", Origin(path, number, option.end() + 1))
    return found
