"""Inventories in INI format.

    web1:2222 http_port=80        a host in no group, with a port and a variable
    [web]                         hosts of a group
    web[01:10]
    [web:vars]                    variables of a group
    [prod:children]               groups in a group

Values of hosts and of groups are Python literals where they parse as one: 5, True and [1, 2] are typed; true, yes and
abc are text. The words of a host line are quoted as in a shell, so x="5" is the number and x="'5'" the text.
Source: Ansible's documentation of the `ini` inventory plugin, checked against ansible-core 2.19.14.
"""

from __future__ import annotations

import ast
import re
import shlex
import warnings
from collections.abc import Iterator
from typing import Any

from muster.errors import InventoryError, Origin, nearest
from muster.inventory.draft import Draft
from muster.inventory.hostnames import expand
from muster.inventory.located import located, put
from muster.model import LocatedDict

SECTION = re.compile(r"\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?")
CHILD = re.compile(r"([^:\]\s]+)\s*(?:#.*)?")
KINDS = ("hosts", "children", "vars")
# One word of a host line: a quote that is never closed ends it, and is then the next character.
WORD = re.compile(r"""(?:[^\s"'\\#]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""")
PLAIN = re.compile(r"[A-Za-z_/][\w./-]*")

# Python refuses to write out integers of more than 4,300 digits.
MOST_BITS = 14_284


def read_ini(text: str, file: str, draft: Draft) -> None:
    """Add the hosts and groups of an INI inventory; `file` names it in messages. Raises InventoryError."""
    Reader(file, draft).read(text)


class Reader:
    """Reads one file. What it says about children and variables is settled at its end, for groups may come later."""

    def __init__(self, file: str, draft: Draft) -> None:
        self.file = file
        self.draft = draft
        self.children: list[tuple[str, str, Origin]] = []
        self.sections: list[tuple[str, Origin, LocatedDict]] = []

    def read(self, text: str) -> None:
        group, kind = "ungrouped", "hosts"
        for number, line in enumerate(text.splitlines(), 1):
            stripped = line.strip()
            if not stripped or stripped[0] in "#;":
                continue
            origin = Origin(self.file, number, len(line) - len(line.lstrip()) + 1)
            if stripped[0] == "[" and stripped.split("#")[0].rstrip().endswith("]"):
                group, kind = self.section(stripped, origin)
            elif kind == "hosts":
                self.host(group, line.rstrip(), origin)
            elif kind == "children":
                self.child(group, stripped, origin)
            else:
                self.variable(stripped, origin)
        self.settle()

    def section(self, header: str, origin: Origin) -> tuple[str, str]:
        """Begin a section; return its group and kind."""
        found = SECTION.fullmatch(header)
        if not found:
            raise InventoryError(f'"{header}" is not a section', origin,
                                 "write [NAME], [NAME:vars] or [NAME:children], the name without spaces and colons")
        group, kind = found[1], found[2] or "hosts"
        if kind not in KINDS:
            raise InventoryError(f'there is no section kind "{kind}"', moved(origin, found.start(2)),
                                 nearest(kind, KINDS) or "the kinds are vars and children")
        if kind == "vars":
            self.sections.append((group, moved(origin, 1), located(origin)))
        else:
            self.draft.group(group)
        return group, kind

    def host(self, group: str, line: str, origin: Origin) -> None:
        """Read a host line: a name or range, and variables."""
        (name, place), *rest = words(line, origin)
        names, port = expand(name, place)
        values = located(origin)
        if port is not None:
            put(values, "ansible_port", port, place, place)
        for word, start in rest:
            key, equals, value = word.partition("=")
            if not equals:
                raise InventoryError(f'expected a variable as NAME=VALUE, and found "{word}"', start,
                                     "one host stands on a line; a value with spaces needs quotes")
            put(values, key, literal(value), start, moved(start, len(key) + 1))
        self.draft.add_hosts(group, names, values, self.file)

    def child(self, group: str, text: str, origin: Origin) -> None:
        found = CHILD.fullmatch(text)
        if not found:
            raise InventoryError(f'expected the name of a group, and found "{text}"', origin)
        self.children.append((group, found[1], origin))

    def variable(self, text: str, origin: Origin) -> None:
        """Read a line of a :vars section. It is no shell line: everything after the equals sign is the value."""
        key, equals, value = text.partition("=")
        if not equals:
            raise InventoryError(f'expected a variable as NAME=VALUE, and found "{text}"', origin)
        at = moved(origin, len(key) + 1 + len(value) - len(value.lstrip()))
        put(self.sections[-1][2], key.strip(), literal(value.strip()), origin, at)

    def settle(self) -> None:
        for parent, child, origin in self.children:
            if child not in self.draft.groups:
                raise InventoryError(f"[{parent}:children] names a group that is not defined: {child}", origin,
                                     nearest(child, self.draft.groups) or f"define it with a section [{child}]")
            self.draft.add_child(parent, child, origin)
        for group, origin, values in self.sections:
            if group not in self.draft.groups:
                raise InventoryError(f"[{group}:vars] is for a group that is not defined", origin,
                                     nearest(group, self.draft.groups) or f"define it with a section [{group}]")
            self.draft.set_variables(group, values, self.file)


def words(line: str, origin: Origin) -> Iterator[tuple[str, Origin]]:
    """Yield the words of a host line, without their quotes, each with its place. A # outside quotes ends the line."""
    at = origin.column - 1
    while at < len(line) and line[at] != "#":
        if line[at].isspace():
            at += 1
            continue
        found = WORD.match(line, at)
        end = found.end() if found else at
        if end < len(line) and line[end] in "\"'\\":
            what = "a backslash at the end of the line" if line[end] == "\\" else "this quote is never closed"
            raise InventoryError(what, Origin(origin.file, origin.line, end + 1))
        word = line[at:end]
        quoted = any(each in word for each in "\"'\\")
        yield shlex.split(word)[0] if quoted else word, Origin(origin.file, origin.line, at + 1)
        at = end


def literal(text: str) -> Any:
    """Return the value of a Python literal, or the text itself where it is none. Tuples and sets become lists.

    >>> literal("5"), literal("true"), literal("[1, 2]")
    (5, 'true', [1, 2])
    """
    if PLAIN.fullmatch(text) and text not in ("True", "False", "None"):
        return text
    try:
        with warnings.catch_warnings():
            # Text such as "\d" is a literal with a doubtful escape, about which Python would warn.
            warnings.simplefilter("ignore")
            return plain(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def plain(value: Any) -> Any:
    """Return a literal as data that JSON knows; raise ValueError for what it does not (bytes, complex numbers)."""
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(each) for each in value), key=repr)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise ValueError("a number that Python does not write out again")
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise ValueError(value)


def moved(origin: Origin, columns: int) -> Origin:
    return Origin(origin.file, origin.line, origin.column + columns)
