"""YAML with places: every mapping and list knows the file, line and column of what is in it.

The C parser makes the node tree, which has marks; the values are made here, because PyYAML's constructors drop them.
YAML 1.1 as Ansible reads it: yes/no/on/off are booleans, a repeated key warns and the last one wins.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import yaml

from muster.errors import LoadError, Origin
from muster.load.text import text_of
from muster.model import LocatedDict, LocatedList, Unsafe, Vaulted
from muster.secrets import SECRETS
from muster.vault.keyring import KEYRING

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
YAML = "tag:yaml.org,2002:"
MERGE, TEXT, MAPPING, SEQUENCE = (YAML + each for each in ("merge", "str", "map", "seq"))
# Kinds of values that text can fail to be, in words.
KINDS = {"int": "whole number", "float": "number", "bool": "yes or no", "timestamp": "date", "binary": "base64 text"}
QUOTE_TEXT = "if it is meant as text, quote it"
VAULTED = ("!vault", "!vault-encrypted")
IN_JSON = "__ansible_vault"  # In JSON, which has no tags, an encrypted value is a mapping with this one key.
QUOTE_BRACES = 'a value that begins with {{ must be quoted: "{{ ... }}"'
# What is usually meant by a complaint of the parser.
HINTS = {
    "mapping values are not allowed": 'text with ": " in it must be quoted; the keys of a mapping stand in one column',
    "expected '-' indicator": "is it indented like the lines it belongs to?",
    "expected key": "is it indented like the lines it belongs to?",
    "undefined alias": "an anchor of this name (&...) must come before it, in the same file",
}

# What aliases may add up to: a few lines of them stand for more values than any memory holds.
MOST_VALUES = 1_000_000
# Lists and mappings inside each other. Whatever goes through values later calls itself a few times for each level.
DEEPEST = 100
# Characters of a number. Python refuses to write out integers of more than 4,300 digits, and hexadecimal is denser.
LONGEST_NUMBER = 1000


class YamlWarning(UserWarning):
    """Something in a file that works and is probably not meant."""


def read_file(path: str | Path) -> Any:
    """Return the document in a file, decrypted if it is encrypted. An empty file is None.

    Raises LoadError when it cannot be read or parsed, VaultError when it cannot be decrypted.
    """
    try:
        text = text_of(path)
    except UnicodeDecodeError as error:
        raise not_text(error, str(path)) from None
    except OSError as error:
        raise LoadError(f"cannot read {path}: {error.strerror}") from None
    opened = KEYRING.text(text, str(path))
    return read_text(text, str(path)) if opened is text else read_secret(opened, str(path))


def read_secret(text: str, file: str) -> Any:
    """Return the document in a text that was encrypted; every value in it is secret from now on."""
    try:
        value = read_text(text, file)
    except LoadError as error:  # The message may quote any part of the text.
        raise LoadError("what is encrypted here is not valid YAML", error.origin,
                        f"`muster vault view {file}` shows it, `muster vault edit` lets you mend it") from None
    SECRETS.add_all(value)
    return value


def not_text(error: UnicodeDecodeError, file: str) -> LoadError:
    before = error.object[: error.start]
    if b"\0" in error.object:
        return LoadError(f"{file} is a binary file, not YAML")
    line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1
    return LoadError(f"not UTF-8 text: the byte {error.object[error.start]:#x}", Origin(file, line, column))


def read_text(text: str, file: str) -> Any:
    """Return the document in a text; `file` names it in messages."""
    try:
        loader = Loader(text)
    except UnicodeEncodeError as error:
        raise control_character(ord(text[error.start]), text, file) from None
    try:
        node = loader.get_single_node()
        return None if node is None else Values(loader, file).value(node)
    except yaml.MarkedYAMLError as error:
        raise explained(error, text, file) from None
    except yaml.reader.ReaderError as error:
        character = error.character if isinstance(error.character, int) else ord(error.character)
        raise control_character(character, text, file) from None
    finally:
        loader.dispose()


def control_character(character: int, text: str, file: str) -> LoadError:
    before = text.partition(chr(character))[0]
    return LoadError(f"the character U+{character:04X} may not stand in YAML",
                     Origin(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1))


def explained(error: yaml.MarkedYAMLError, text: str, file: str) -> LoadError:
    """Return the parser's complaint in the reader's words, at the place that has to be mended."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return LoadError(str(error.problem or error), Origin(file, 1, 1))
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    leading = line[: len(line) - len(line.lstrip())]
    problem = str(error.problem)
    if "\t" in leading or "found character '\\t'" in problem or "\t" in line[mark.column : mark.column + 1]:
        column = line.index("\t") + 1 if "\t" in line else mark.column + 1
        return LoadError("a tab: YAML is indented with spaces only", Origin(file, mark.line + 1, column))
    if "quoted scalar" in str(error.context) and "escape" not in problem and error.context_mark:
        quote = error.context_mark
        return LoadError("this quote is never closed", Origin(file, quote.line + 1, quote.column + 1))
    if "another document" in problem:
        return LoadError("a second document begins here (---): a file holds one", Origin(file, mark.line + 1, 1))
    hint = next((hint for words, hint in HINTS.items() if words in problem), "")
    if "{{" in line and line.split(":", 1)[-1].lstrip().startswith("{"):
        hint = QUOTE_BRACES
    message = "; ".join(part for part in (error.context, error.problem) if part)
    return LoadError(f"not valid YAML: {message}", Origin(file, mark.line + 1, mark.column + 1), hint)


class Values:
    """Makes the values of one document out of its nodes."""

    def __init__(self, loader: Any, file: str) -> None:
        self.loader = loader
        self.file = file
        self.made: dict[tuple[int, type[str]], Any] = {}
        self.sizes: dict[tuple[int, type[str]], int] = {}
        self.open: set[int] = set()
        self.count = 0
        self.text: type[str] = str

    def value(self, node: yaml.Node) -> Any:
        """Return the value of a node; an alias gives the very same object.

        Values are counted as often as aliases repeat them.
        """
        if isinstance(node, yaml.ScalarNode):
            self.count += 1
            return self.scalar(node)
        key = (id(node), self.text)
        if key in self.made:
            self.count += self.sizes[key]
            if self.count > MOST_VALUES + len(self.made):
                raise LoadError(f"with its aliases, this comes to more than {MOST_VALUES:,} values", self.origin(node),
                                "an alias (*name) repeats all that its anchor (&name) stands for")
            return self.made[key]
        if id(node) in self.open:
            raise LoadError("this is used inside of itself, by an alias", self.origin(node))
        if len(self.open) >= DEEPEST:
            raise LoadError(f"more than {DEEPEST} lists and mappings are inside each other", self.origin(node))
        before = self.count
        self.open.add(id(node))
        self.made[key] = self.container(node)
        self.open.discard(id(node))
        self.sizes[key] = self.count - before + 1
        return self.made[key]

    def container(self, node: yaml.Node) -> Any:
        """Return a mapping or list; all text in one that is marked `!unsafe` is so."""
        before = self.text
        if node.tag == "!unsafe":
            self.text = Unsafe
        elif node.tag in VAULTED:
            raise LoadError(f"what {node.tag} marks is text, not a mapping or list", self.origin(node))
        elif node.tag != (MAPPING if isinstance(node, yaml.MappingNode) else SEQUENCE):
            raise unknown_tag(node, self.origin(node))
        made = self.mapping(node) if isinstance(node, yaml.MappingNode) else self.sequence(node)
        self.text = before
        return Vaulted(made[IN_JSON], made.origin) if isinstance(made, dict) and made.keys() == {IN_JSON} else made

    def origin(self, node: yaml.Node) -> Origin:
        mark = node.start_mark
        return Origin(self.file, mark.line + 1, mark.column + 1)

    def mapping(self, node: yaml.MappingNode) -> LocatedDict:
        made = LocatedDict()
        made.origin, made.origins, made.keys_at = self.origin(node), {}, {}
        merged = [value for key, value in node.value if key.tag == MERGE]
        for each in merged:
            for source in each.value if isinstance(each, yaml.SequenceNode) else [each]:
                self.merge(made, source)
        own: set[Any] = set()
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                continue
            key = self.value(key_node)
            if isinstance(key, (dict, list)):
                raise LoadError("a mapping or list cannot be a key", self.origin(key_node), QUOTE_BRACES)
            if isinstance(key, Vaulted):
                raise LoadError("a key cannot be encrypted, only a value", self.origin(key_node))
            if key in own:
                message = f'{self.origin(key_node)}: the key "{key}" is here twice; the last one counts'
                warnings.warn(message, YamlWarning, stacklevel=2)
            own.add(key)
            made[key] = self.value(value_node)
            made.origins[key] = self.origin(value_node)
            made.keys_at[key] = self.origin(key_node)
            self.look_at_mode(key, value_node)
        return made

    def merge(self, made: LocatedDict, node: yaml.Node) -> None:
        """Take over the keys of a `<<` that are not there yet: the first source that has a key gives it."""
        source = self.value(node)
        if not isinstance(source, LocatedDict):
            raise LoadError("only a mapping can be merged with <<", self.origin(node))
        for key, value in source.items():
            if key not in made:
                made[key], made.origins[key] = value, source.origins[key]
                made.keys_at[key] = source.keys_at[key]

    def look_at_mode(self, key: Any, node: yaml.Node) -> None:
        """Warn of `mode: 644`: without a leading zero YAML reads a decimal number, which is another mode."""
        if key == "mode" and node.tag == YAML + "int" and node.value[:1] in "123456789":
            message = (f'{self.origin(node)}: mode {node.value} is read as a decimal number, which is '
                       f'{self.scalar(node):04o} in octal; write "0{node.value}"')
            warnings.warn(message, YamlWarning, stacklevel=2)

    def sequence(self, node: yaml.Node) -> LocatedList:
        made = LocatedList(self.value(each) for each in node.value)
        made.origin, made.origins = self.origin(node), [self.origin(each) for each in node.value]
        return made

    def scalar(self, node: yaml.Node) -> Any:
        if node.tag == TEXT:
            return node.value if self.text is str else self.text(node.value)
        if node.tag == "!unsafe":
            return Unsafe(node.value)
        if node.tag in VAULTED:
            return Vaulted(node.value, self.origin(node))
        kind = node.tag.removeprefix(YAML)
        if kind in ("int", "float") and len(node.value) > LONGEST_NUMBER:
            raise LoadError(f"a number of {len(node.value)} characters", self.origin(node), QUOTE_TEXT)
        try:
            return self.loader.construct_object(node, deep=True)
        except yaml.constructor.ConstructorError as error:
            if kind == "binary":
                raise LoadError(f"this is no base64 text: {error.problem}", self.origin(node)) from None
            raise unknown_tag(node, self.origin(node)) from None
        # What PyYAML's constructors raise depends on where in the text they stumble.
        except (ValueError, ArithmeticError, LookupError, AttributeError) as error:
            reason = f": {error}" if isinstance(error, ValueError) else ""
            message = f'"{node.value}" is no {KINDS.get(kind, kind)}{reason}'
            raise LoadError(message, self.origin(node), QUOTE_TEXT) from None


def unknown_tag(node: yaml.Node, origin: Origin) -> LoadError:
    """Return the error for a tag that nothing is known of, or that belongs to values of another kind."""
    if node.tag in (YAML + "value", MERGE):
        return LoadError(f"a lone {node.value} has a meaning of its own in YAML", origin, QUOTE_TEXT)
    tag = node.tag.replace(YAML, "!!", 1)
    if tag.removeprefix("!!") in (*KINDS, "null", "str", "map", "seq"):
        return LoadError(f"the tag {tag} does not go with this value", origin)
    return LoadError(f"the tag {tag} is not known here", origin)
