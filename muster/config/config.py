"""What is configured: the values of settings and where they come from, and what has no effect."""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from muster.config.file import ConfigFile, ConfigWarning, find, read
from muster.config.table import AS_IT_IS, BY_WORD, IGNORED, MEANINGLESS, SETTINGS, Setting
from muster.config.values import unquoted, value_of
from muster.errors import LoadError, OptionError, Origin, nearest
from muster.model import NOTHING


class Found(NamedTuple):
    """A value that was set: where it stands in the file, or else the variable it is from."""

    value: Any
    origin: Origin | None
    variable: str = ""


class Unused(NamedTuple):
    """A setting that has no effect.

    name: as it is written, such as "callbacks_enabled" or "ANSIBLE_CALLBACKS_ENABLED"
    why: the reason
    told: whether it would make a difference in Ansible, so that the reader is told
    """

    name: str
    source: str
    why: str
    told: bool


class Config:
    """The settings by their words in `table.py`; by itself it holds the defaults.

    file: path of the ansible.cfg; "" when there is none
    found: what was set, by word
    unused: what was set and has no effect
    """

    def __init__(self, file: str = "", found: Mapping[str, Found] = NOTHING, unused: Iterable[Unused] = ()) -> None:
        self.file = file
        self.found = found
        self.unused = tuple(unused)

    def __getitem__(self, word: str) -> Any:
        """Return the value of a setting: of the type that its kind has, tuples for lists."""
        if word in self.found:
            return self.found[word].value
        default = BY_WORD[word].default
        if isinstance(default, tuple):
            return tuple(each.replace("{home}", self["home"]) for each in default)
        return default

    def __contains__(self, word: str) -> bool:
        """Tell whether somebody has set it."""
        return word in self.found

    def origin(self, word: str) -> Origin | None:
        """Return the place in the file that sets it, if one does."""
        return self.found[word].origin if word in self.found else None

    def source(self, word: str) -> str:
        """Return what sets it: a place, the name of a variable, or "default"."""
        if word not in self.found:
            return "default"
        return str(self.found[word].origin or self.found[word].variable)

    def tell_unused(self) -> None:
        """Warn, once for all of them, of settings that would make a difference in Ansible."""
        names = [each.name for each in self.unused if each.told]
        if names:
            which = f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} no effect in muster"
            warnings.warn(f"{which} (`muster config` says why)", ConfigWarning, stacklevel=2)


def read_config(environment: Mapping[str, str], directory: str) -> Config:
    """Return the configuration that holds in a directory.

    Warns of names in the file that nobody knows. Raises LoadError for a file that cannot be read, or a value in it that
    is not of the right kind, and OptionError for such a variable.
    """
    path = find(environment, directory)
    file = read(path) if path else ConfigFile()
    unused = list(without_effect(file, environment))
    found: dict[str, Found] = {}
    for setting in SETTINGS:
        value = from_environment(setting, environment, directory) or from_file(setting, file)
        if value is None:
            continue
        if not setting.choices or value.value in setting.choices:
            found[setting.word] = value
        elif setting.others:
            unused.append(Unused(f"{name_of(value, setting)} = {value.value}", str(value.origin or value.variable),
                                 setting.others, True))
        else:
            raise mistake(setting, value, f"one of {', '.join(setting.choices)}")
    tell_unknown(file)
    return Config(path, found, unused)


def vault_identities(config: Config) -> list[tuple[str, str]]:
    """Return the passwords of vaults that are configured, in the order in which they are tried: (label, source).

    A source is the path of a file or program, or "prompt" for one that is asked for. As in ansible-core 2.19, relative
    paths in `vault_identity_list` are relative to the working directory.
    """
    label = config["vault_identity"]
    found = []
    for each in config["vault_identity_list"]:
        name, at, source = each.partition("@")
        found.append((name or label, source) if at else (label, each))
    if config["vault_password_file"]:
        found.append((label, config["vault_password_file"]))
    if config["ask_vault_pass"]:
        found.append((label, "prompt"))
    return found


def from_environment(setting: Setting, environment: Mapping[str, str], directory: str) -> Found | None:
    """Return what a variable says; an empty one says nothing, unless empty text is a value."""
    found = None
    for name in setting.variables.split():
        text = environment.get(name)
        if text is not None and (text or empty_counts(setting)):
            found = converted(setting, text, directory, Found(text, None, name))
    return found


def from_file(setting: Setting, file: ConfigFile) -> Found | None:
    found = None
    for name in setting.keys.split():
        text = file.values.get(name)
        if text is not None and (text or empty_counts(setting)):
            found = converted(setting, text, os.path.dirname(file.path), Found(text, file.places[name]))
    return found


def empty_counts(setting: Setting) -> bool:
    """Tell whether an empty text is a value: for a flag it is no."""
    return setting.kind in ("text", "flag") and not setting.choices


def converted(setting: Setting, text: str, directory: str, where: Found) -> Found:
    try:
        return where._replace(value=value_of(setting.kind, text, directory, where.origin is not None))
    except ValueError as error:
        raise mistake(setting, where, str(error)) from None


def name_of(where: Found, setting: Setting) -> str:
    return where.variable or setting.keys.split()[0].partition(".")[2]


def mistake(setting: Setting, where: Found, expected: str) -> LoadError | OptionError:
    """Return the error for a value that a setting cannot have."""
    message = f"{name_of(where, setting)} is {expected}, not {where.value!r}"
    hint = nearest(str(where.value), setting.choices) if setting.choices else ""
    if where.origin and " #" in where.value:
        hint = "a comment behind a value begins with ` ;`"
    return OptionError(message, None, hint) if where.variable else LoadError(message, where.origin, hint)


# What has no effect


def without_effect(file: ConfigFile, environment: Mapping[str, str]) -> Iterator[Unused]:
    """Yield the settings that have no effect, those that are told first."""
    variables = [name for name in environment if name.startswith("ANSIBLE_")]
    for reasons, told in ((IGNORED, True), (MEANINGLESS, False)):
        for why, text in reasons.items():
            for entry in text.split():
                key, *patterns = entry.split("/")
                for name in like(key, file.values):
                    yield Unused(name.partition(".")[2], str(file.places[name]), why,
                                 told and not is_as_it_is(key, file.values[name]))
                for variable in [each for pattern in patterns for each in like(pattern, variables)]:
                    yield Unused(variable, variable, why, told and not is_as_it_is(key, environment[variable]))


def like(pattern: str, names: Collection[str]) -> list[str]:
    """Return which names an entry of the table is about."""
    if pattern.endswith("*"):
        return [name for name in names if name.startswith(pattern[:-1])]
    return [pattern] if pattern in names else []


def is_as_it_is(key: str, value: str) -> bool:
    """Tell whether a value asks for what muster does anyway."""
    return unquoted(value.strip()).lower() in AS_IT_IS.get(key, ())


def tell_unknown(file: ConfigFile) -> None:
    """Warn of names that nobody knows in sections that are known, and of sections that look like a known one."""
    if not file.values:
        return
    known = known_keys()
    sections = {key.partition(".")[0] for key in known} - {""}
    for name in file.values:
        section, _, key = name.partition(".")
        hint = ""
        if section not in sections:
            hint = like_one(section, sections)
            if hint:
                warnings.warn(f"{file.places[name]}: [{section}] is not read; {hint}", ConfigWarning, stacklevel=2)
        elif name not in known and f"{section}.*" not in known:
            hint = belongs(key, section, known)
            warnings.warn(f"{file.places[name]}: nobody knows {key} in [{section}]" + (f"; {hint}" if hint else ""),
                          ConfigWarning, stacklevel=2)


def known_keys() -> set[str]:
    entries = " ".join([*IGNORED.values(), *MEANINGLESS.values()]).split()
    return {entry.partition("/")[0] for entry in entries} | {key for each in SETTINGS for key in each.keys.split()}


def belongs(key: str, section: str, known: set[str]) -> str:
    """Return a hint where a name that a section does not have belongs, or its nearest spelling."""
    elsewhere = sorted(each.partition(".")[0] for each in known if each.partition(".")[2] == key)
    if elsewhere:
        return f"it belongs to [{elsewhere[0]}]"
    return nearest(key, [each.partition(".")[2] for each in known if each.startswith(f"{section}.")])


def like_one(section: str, known: set[str]) -> str:
    """Return a hint for a section that is surely misspelt: many sections are other programs' own."""
    import difflib

    found = difflib.get_close_matches(section.lower(), sorted(known), n=1, cutoff=0.85)
    return f'did you mean "[{found[0]}]"?' if found else ""
