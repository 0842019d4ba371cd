"""What can go wrong, drawn where it is defined.

    MusterError
      InputError            the reader can mend it: says where, shows the line with a caret, suggests
        LoadError           a file cannot be read as what it should be
        InventoryError      the inventory, or a pattern of hosts
        PlanError           a name or an argument nobody knows
        TemplateError       an expression that cannot be evaluated
          UndefinedVariable it uses what is not there
        VaultError          what is encrypted cannot be opened, or a vault password cannot be had
        OptionError         the command line
      HostError             carries the host; never stops the others
        ConnectError        no way to the host
        AgentError          the way is there, the far side is not
          NoPython          nothing there runs the agent
          SudoRefused       no way to become the wanted user
          ShellRefused      the login's shell does not run commands
          AgentDied         it ran, and then it was gone
      LabError              the disposable fleet cannot be built, entered or taken down
      InternalError         a bug of muster's own

A failed task is not an exception: it is a `muster.model.Result`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from muster.secrets import SECRETS

# Characters of a source line that are shown at most.
WIDTH = 100


class Origin(NamedTuple):
    """A place in a file: lines and columns count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class MusterError(Exception):
    """Anything muster reports by itself; `exit_code` is what the command then ends with."""

    exit_code = 1


class InputError(MusterError):
    """Something the reader can mend.

    message: one sentence
    origin: where it is; None when it is in no file (a command line, say)
    hint: what to do instead ("did you mean ...?")
    """

    def __init__(self, message: str, origin: Origin | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.origin = origin
        self.hint = hint

    def __str__(self) -> str:
        """The message, the place, the line with a caret under it, and the hint."""
        lines = [f"{self.origin}: {self.message}" if self.origin else self.message]
        if self.origin:
            lines += excerpt(self.origin)
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


class LoadError(InputError):
    """A file is not what it should be."""


class InventoryError(InputError):
    """The inventory, or a host pattern, cannot be used."""


class PlanError(InputError):
    """A keyword, task type or argument nobody knows, or a value of the wrong type."""


class TemplateError(InputError):
    """A template or condition that cannot be evaluated."""


class UndefinedVariable(TemplateError):
    """A template uses a variable, key or element that is not there."""


class VaultError(InputError):
    """What ansible-vault's format holds cannot be opened, or a vault password cannot be had."""


class OptionError(InputError):
    """A command line that cannot be followed."""


class HostError(MusterError):
    """Carries the host it is about; the other hosts go on."""

    exit_code = 4

    def __init__(self, host: str, message: str, hint: str = "") -> None:
        super().__init__(f"{host}: {message}" + (f"\n{hint}" if hint else ""))
        self.host = host
        self.message = message
        self.hint = hint


class ConnectError(HostError):
    """No connection to the host."""


class AgentError(HostError):
    """The host answers, but the program on the far side does not run."""

    exit_code = 2


class NoPython(AgentError):
    """The host has no Python 3.6 or later."""


class SudoRefused(AgentError):
    """sudo wants a password, was given a wrong one, or does not allow it."""


class ShellRefused(AgentError):
    """The login works, but its shell runs no commands."""


class AgentDied(AgentError):
    """The agent ended before its time; the host counts as unreachable."""

    exit_code = 4


class LabError(MusterError):
    """The disposable fleet: what is missing or went wrong, and the command that mends it."""


class InternalError(MusterError):
    """A bug of muster's own."""

    exit_code = 250


def excerpt(origin: Origin) -> list[str]:
    """Return the source line and a caret below it, or nothing when the file cannot be read.

    Of a long line only the surroundings of the caret are shown; what a terminal could take for a command is not. What
    is secret is masked before the line is cut, and of an encrypted file there is nothing to show but its first line.
    """
    if not os.path.isfile(origin.file):
        return []  # It may be a pipe, which can be read once only.
    try:
        with open(origin.file, encoding="utf-8", errors="replace") as file:
            text = file.read().splitlines()
    except OSError:
        return []
    if not 0 < origin.line <= len(text) or (origin.line > 1 and text[0].startswith("$ANSIBLE_VAULT;")):
        return []
    shown = SECRETS.masked(text[origin.line - 1])
    line = "".join(each if each.isprintable() else " " if each == "\t" else "?" for each in shown)
    column = origin.column - 1
    if len(line) > WIDTH:
        first = max(column - WIDTH // 2, 0)
        start, end = "..." if first else "", "..." if first + WIDTH < len(line) else ""
        line, column = start + line[first : first + WIDTH] + end, column - first + len(start)
    return [f"  {line}", "  " + " " * column + "^"]


def nearest(name: object, known: Iterable[object]) -> str:
    """Return a hint with the nearest spelling among `known`, or an empty string. Keys out of YAML need not be text.

    >>> nearest("bekome", ["become", "when"])
    'did you mean "become"?'
    """
    import difflib

    found = difflib.get_close_matches(str(name), sorted({str(each) for each in known}), n=1, cutoff=0.6)
    return f'did you mean "{found[0]}"?' if found else ""


def nearest_file(path: str) -> str:
    """Return a hint with the nearest spelling among the files that are where this one was looked for."""
    import difflib

    folder, name = os.path.split(path)
    try:
        stems = {os.path.splitext(each)[0]: each for each in sorted(os.listdir(folder or "."))}
    except OSError:
        return ""
    found = difflib.get_close_matches(os.path.splitext(name)[0], stems, n=1, cutoff=0.6)
    return f'did you mean "{os.path.join(folder, stems[found[0]])}"?' if found else ""
